"""The system calls of the shell by name: those a visit needs, and those refused outright. Names only."""

from typing import Final

_ALLOWED: Final = """
    read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek close close_range dup dup2 dup3 pipe
    pipe2 fcntl ioctl flock sendfile splice tee copy_file_range fadvise64 readahead fsync fdatasync sync_file_range
    ftruncate truncate fallocate
    open openat creat stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat
    getcwd chdir fchdir getdents getdents64 mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat
    symlink symlinkat chmod fchmod fchmodat fchmodat2 umask utimensat utime utimes futimesat
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
    inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
    signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime
    mmap munmap mremap mprotect madvise msync mincore brk mlock mlock2 munlock mlockall munlockall membarrier
    memfd_create get_mempolicy
    clone exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list futex futex_waitv futex_wake
    futex_wait futex_requeue rseq gettid getpid getppid getpgid getpgrp getsid arch_prctl prctl restart_syscall tgkill
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause alarm
    getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    getuid geteuid getgid getegid getresuid getresgid getgroups capget getpriority setpriority getrlimit setrlimit
    prlimit64 getrusage times sysinfo uname getcpu
    sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler sched_setscheduler
    sched_getattr sched_setattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval ioprio_get
    clock_gettime clock_getres clock_nanosleep gettimeofday nanosleep time getrandom
    socket socketpair bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown
    sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
    shmget shmat shmdt shmctl
    landlock_create_ruleset seccomp
"""

_DENIED: Final = """
    execve execveat fork vfork ptrace process_vm_readv process_vm_writev process_madvise kcmp kill tkill
    rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal
    mount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot
    unshare setns bpf perf_event_open userfaultfd keyctl add_key request_key
    kexec_load kexec_file_load init_module finit_module delete_module
    io_uring_setup io_uring_enter io_uring_register reboot swapon swapoff acct quotactl quotactl_fd syslog
    setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality
    open_by_handle_at name_to_handle_at fanotify_init fanotify_mark iopl ioperm modify_ldt
    settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname
    mknod mknodat chown fchown lchown fchownat setsid setpgid vhangup lookup_dcookie nfsservctl
    mbind migrate_pages move_pages set_mempolicy remap_file_pages uselib ustat sysfs vmsplice memfd_secret
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""

ALLOWED: Final = tuple(_ALLOWED.split())  # what is neither here nor below does not exist, as far as the shell can tell
DENIED: Final = tuple(_DENIED.split())
