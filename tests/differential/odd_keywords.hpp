// Keywords that are no settings of today's sshd.
#pragma once

namespace reentry::differential {

// Words that are no settings, of some version or vendor, or of ssh_config.
constexpr const char* kOddKeywords[] = {"Protocol",
                                        "UseLogin",
                                        "RSAAuthentication",
                                        "RhostsRSAAuthentication",
                                        "ServerKeyBits",
                                        "AuthorizedKeysFile2",
                                        "UsePrivilegeSeparation",
                                        "KeyRegenerationInterval",
                                        "GSSAPICleanupCreds",
                                        "KerberosTgtPassing",
                                        "AFSTokenPassing",
                                        "SkeyAuthentication",
                                        "ChallengeResponseAuthentication",
                                        "PubkeyAcceptedKeyTypes",
                                        "HostbasedAcceptedKeyTypes",
                                        "DSAAuthentication",
                                        "KeepAlive",
                                        "HostDSAKey",
                                        "PermitBlacklistedKeys",
                                        "KerberosGetAFSToken",
                                        "IdentityFile",
                                        "HostName",
                                        "ProxyJump",
                                        "PermitRoot",
                                        "VerifyReverseMapping",
                                        "CheckMail",
                                        "GSSAPIEnablek5users",
                                        "X11MaxDisplays"};

}  // namespace reentry::differential
