#include <wmclients/live/privileges.hpp>

#include <fmt/format.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace wmclients::live {
namespace {

/// What the program, libpcap, the resolver, Asio and glibc call once the device is open. Names that the
/// architecture does not have are passed over.
constexpr std::array allowed = {
    // files: what is read back, rotated or reported
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "pwrite64",
    "open",
    "openat",
    "close",
    "fstat",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "lseek",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
    "fsync",
    "fdatasync",
    "fchmod",
    "fchown",
    "fcntl",
    "dup",
    "dup2",
    "dup3",
    "pipe2",
    "umask",
    "fadvise64",
    "statfs",
    "fstatfs",
    // waiting
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd2",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "nanosleep",
    "clock_nanosleep",
    "pause",
    "restart_syscall",
    // memory
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "brk",
    // threads and signals
    "futex",
    "set_robust_list",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait", // watch: Ctrl-Z
    "sigaltstack",
    "tgkill",
    "gettid",
    "getpgrp",
    "getpid",
    "getppid",
    "set_tid_address",
    "membarrier",
    "exit",
    "exit_group",
    // what it may know of itself
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "getrandom",
    "uname",
    "sysinfo",
    "getrusage",
    "getrlimit",
    "prlimit64",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "capget",
    "times",
    // sockets: socket() itself by family, below
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "shutdown",
    "getsockopt",
    "setsockopt",
    "getsockname",
    "getpeername",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "socketpair",
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    "prctl",
    "personality",
    "sched_getparam",
    "process_vm_readv",
#endif
};

/// Of terminals, descriptors, and libpcap's question whether the interface is still there.
constexpr std::array<unsigned long, 13> allowed_ioctls = {
    TCGETS,   TCFLSH,  TCSETS,      TCSETSW,      TCSETSF,      TIOCGWINSZ,   TIOCGPGRP,
    FIONREAD, FIONBIO, SIOCGIFNAME, SIOCGIFFLAGS, SIOCGIFINDEX, SIOCGIFHWADDR};

/// Metrics, lookups, the socket table; no more packet sockets.
constexpr std::array allowed_families = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

struct Release {
    void operator()(void* filter) const { seccomp_release(filter); }
};

tl::unexpected<Error> refused(const std::string& what, int code)
{
    return failure(Error::Kind::unavailable,
                   fmt::format("the system calls cannot be limited: {}: {}", what, std::strerror(-code)));
}

} // namespace

Expected<void> allow_system_calls()
{
    const std::unique_ptr<void, Release> filter{seccomp_init(SCMP_ACT_ERRNO(EPERM))};
    if (!filter) {
        return refused("seccomp_init", -ENOMEM);
    }
    int code = 0;
    const auto note = [&code](int result) { code = code == 0 && result < 0 ? result : code; };
    for (const char* const name : allowed) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number >= 0) { // negative: libseccomp's, for what this architecture does not have
            note(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0));
        }
    }
    const auto allow_if = [&](int call, const scmp_arg_cmp& condition) {
        note(seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 1, &condition));
    };
    for (const unsigned long request : allowed_ioctls) {
        allow_if(SCMP_SYS(ioctl), {1, SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, request});
    }
    for (const int family : allowed_families) {
        allow_if(SCMP_SYS(socket), {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0});
    }
    // To stop itself: Ctrl-Z, which curses passes on.
    allow_if(SCMP_SYS(kill), {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0});
    // Threads, but no processes. clone3() hides its flags from a filter; glibc takes ENOSYS for "use
    // clone()".
    allow_if(SCMP_SYS(clone), {0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD});
    note(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
    if (code < 0) {
        return refused("a rule", code);
    }
    if (const int loaded = seccomp_load(filter.get()); loaded < 0) {
        return refused("seccomp_load", loaded);
    }
    return {};
}

} // namespace wmclients::live
