// Files of cloud-init of any bytes.
#include "facts/cloud_init.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  CloudInitFacts cloud;
  read_cloud_config(bytes, "/etc/cloud/cloud.cfg", cloud);
  read_user_data(bytes, "/var/lib/cloud/instance/user-data.txt", cloud);
  read_cloud_result(bytes, "/var/lib/cloud/data/result.json", cloud);
  read_cloud_log(bytes, "/var/log/cloud-init-output.log", cloud);
  fuzz::must(cloud.errors.size() <= 16);
}
