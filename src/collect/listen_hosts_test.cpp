#include "collect/listen_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ListenHosts : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& bytes) { tree_.put_file(HostPath(path), bytes); }
  std::vector<std::string> known(const std::vector<std::string>& values, TargetKind kind = TargetKind::root) {
    EffectiveConfig startup;
    Setting setting;
    setting.values = values;
    startup.set("listenaddress", setting);
    return known_listen_hosts(tree_, kind, startup);
  }
  MemoryTree tree_;
};

TEST_F(ListenHosts, NamesAndTheOwnAddressOfHosts) {
  put("/etc/hostname", "web\n");
  put("/etc/hosts", "127.0.0.1 localhost\n10.0.0.1 web.example web\n10.0.0.2 db # web\n");
  EXPECT_THAT(known({"db:22", "nobody:22"}), ElementsAre("db"));
  EXPECT_THAT(known({"10.0.0.1:22", "10.0.0.2:22", "0.0.0.0:22"}), ElementsAre("10.0.0.1"));
}

TEST_F(ListenHosts, WhatTheNetworkConfigurationSets) {
  put("/etc/network/interfaces", "iface eth0 inet static\n  address 10.0.0.1\n  gateway 10.0.0.254\n");
  put("/etc/netplan/50.yaml", "addresses: [10.0.1.1/24]\nnameservers:\n  addresses: [10.0.1.53]\n");
  put("/etc/systemd/network/a.network", "Address=2001:db8::5/64\nGateway=2001:db8::1\n");
  EXPECT_THAT(known({"10.0.0.1:22", "10.0.0.254:22", "10.0.1.1:22", "10.0.1.53:22", "[2001:db8::5]:22",
                     "[2001:db8::1]:22"}),
              ElementsAre("10.0.0.1", "10.0.1.1", "2001:db8::5"));
  EXPECT_THAT(known({"0.0.0.1:22", "10.0.0.10:22"}), IsEmpty());
}

TEST_F(ListenHosts, OnThisMachineTheKernelKnows) {
  put("/etc/network/interfaces", "  address 10.0.0.9\n");
  put("/proc/net/fib_trie", "  |-- 10.0.0.1\n     /32 host LOCAL\n");
  put("/proc/net/if_inet6", "20010db8000000000000000000000005 02 40 00 80 eth0\n");
  EXPECT_THAT(known({"10.0.0.9:22", "10.0.0.1:22", "[2001:db8::5]:22"}, TargetKind::live),
              ElementsAre("10.0.0.1", "2001:db8::5"));
}

}  // namespace
}  // namespace reentry
