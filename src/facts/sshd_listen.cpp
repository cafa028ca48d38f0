#include "facts/sshd_listen.hpp"

#include <algorithm>
#include <utility>

#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

std::string joined(const std::string& host, const std::string& port) {
  return host.find(':') == std::string::npos ? host + ":" + port : "[" + host + "]:" + port;
}

void add(Setting& setting, std::string value, const ConfigOrigin& at) {
  setting.values.push_back(std::move(value));
  setting.all.push_back(at);
}

void add_any(Setting& addresses, const std::string& family, const std::string& port, const ConfigOrigin& at) {
  if (family != "inet") add(addresses, "[::]:" + port, at);
  if (family != "inet6") add(addresses, "0.0.0.0:" + port, at);
}

void listen_on_streams(const std::vector<std::string>& streams, const std::string& family, Setting& ports,
                       Setting& addresses) {
  const ConfigOrigin at{"ssh.socket", 0};
  ports = Setting{};
  ports.at = at;
  addresses.at = at;
  for (const std::string& stream : streams) {
    const std::string port = stream.substr(stream.rfind(':') + 1);
    if (stream == port) {
      add_any(addresses, family, port, at);
    } else {
      add(addresses, stream, at);
    }
    if (std::find(ports.values.begin(), ports.values.end(), port) == ports.values.end()) add(ports, port, at);
  }
}

}  // namespace

void listen_addresses(const std::vector<std::string>& streams, const std::string& family, Setting& ports,
                      Setting& addresses) {
  const std::vector<std::string> configured = std::exchange(addresses.values, {});
  const std::vector<ConfigOrigin> origins = std::exchange(addresses.all, {});
  if (!streams.empty()) return listen_on_streams(streams, family, ports, addresses);
  if (configured.empty()) {
    for (const std::string& port : ports.values) add_any(addresses, family, port, {});
    return;
  }
  for (std::size_t i = 0; i < configured.size(); ++i) {
    const std::string& text = configured[i];
    const bool bare_v6 = text.find('[') == std::string::npos && std::count(text.begin(), text.end(), ':') > 1;
    HostPort parts = split_host_port(text);
    if (bare_v6) parts = HostPort{true, text, std::nullopt};
    if (parts.port) {  // which was found to be good
      add(addresses, joined(parts.host, std::to_string(port_number(*parts.port, SshBuild{}))), origins[i]);
      continue;
    }
    for (const std::string& port : ports.values) add(addresses, joined(parts.host, port), origins[i]);
  }
}

}  // namespace reentry
