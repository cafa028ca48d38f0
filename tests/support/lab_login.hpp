// A login of the lab as the client's files, as a question to login/ and as options of the command line.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "facts/public_key.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "login/question.hpp"

namespace reentry::testing_support {

// The whole file; empty where it can't be read.
inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The public key or the certificate that the client offers, on this machine's disk.
inline std::string public_key_file(const lab::LoginRequest& request, const lab::BaseTree& base,
                                   const lab::LabHost& host) {
  const auto located = [](const std::string& name, const std::string& folder) {
    return name.find('/') != std::string::npos ? name : folder + "/" + name;
  };
  return request.certificate.empty() ? located(request.key, base.keys) + ".pub"
                                     : located(request.certificate, host.exchange());
}

inline Result<PublicKey> read_public_key(const std::string& path) {
  std::string why;
  auto key = key_from_any_file(read_bytes(path), why);
  if (!key) return fail(ErrorKind::internal, path, why);
  return std::move(*key);
}

inline Result<LoginQuestion> question_of(const lab::LoginRequest& request, const lab::BaseTree& base,
                                         const lab::LabHost& host) {
  LoginQuestion question;
  question.user = request.user;
  question.from = request.from;
  question.asked = true;
  question.kind = request.key.empty() ? CredentialKind::password : CredentialKind::key;
  if (!request.key.empty()) {
    TRY(question.key, read_public_key(public_key_file(request, base, host)));
  }
  return question;
}

// The options of `check` and `fix` that ask about it.
inline std::vector<std::string> question_options(const lab::LoginRequest& request, const lab::BaseTree& base,
                                                 const lab::LabHost& host) {
  std::vector<std::string> out{"--user", request.user, "--from", request.from};
  if (request.key.empty()) {
    out.emplace_back("--password");
  } else {
    out.emplace_back("--key");
    out.push_back(public_key_file(request, base, host));
  }
  return out;
}

}  // namespace reentry::testing_support
