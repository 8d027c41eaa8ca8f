#pragma once

#include <wmclients/base/error.hpp>

#include <string>

namespace wmclients::live {

/// Gives up, for good, what only opening a device needs. To be called once, before any thread is started.
///
/// - root becomes `user` (with that user's group and no others) and loses every capability, also those that
///   a program started by it could get; `user` "root" stays root, without a capability;
/// - anybody else loses the capabilities that the program file gave (setcap(8));
/// - nothing that is executed can bring privileges back (no_new_privs, prctl(2));
/// - the system calls that the program does not need fail with EPERM (allow_system_calls()).
///
/// Fails with Error::Kind::usage if there is no such user or, called by another than root, `user` is not
/// empty; with Error::Kind::unavailable if the system refuses. `user` empty: nobody, if root calls.
Expected<void> drop_privileges(const std::string& user);

/// Confines the process, and the threads that it will start, to the system calls that reading, writing,
/// waiting, threads, memory, sockets and terminals need (seccomp(2)); execve, ptrace, mount, setuid and all
/// others fail with EPERM, which no code path takes for success. Error::Kind::unavailable if the kernel has
/// no seccomp filters.
Expected<void> allow_system_calls();

} // namespace wmclients::live
