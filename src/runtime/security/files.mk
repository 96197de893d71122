security_sources = \
	src/runtime/security/security.h \
	src/runtime/security/attributes.c \
	src/runtime/security/caps.c \
	src/runtime/security/cpu_list.c \
	src/runtime/security/cpu_list.h \
	src/runtime/security/keyring.c \
	src/runtime/security/lsm.c \
	src/runtime/security/scheduling.c \
	src/runtime/security/seccomp.c \
	src/runtime/security/seccomp_cache.c \
	src/runtime/security/seccomp_cache.h \
	src/runtime/security/seccomp_compile.c \
	src/runtime/security/seccomp_compile.h \
	src/runtime/security/seccomp_enosys.c \
	src/runtime/security/seccomp_enosys.h \
	src/runtime/security/seccomp_join.c \
	src/runtime/security/seccomp_join.h \
	src/runtime/intel_rdt.c \
	src/runtime/intel_rdt.h \
	src/runtime/sealed_exe.c src/runtime/sealed_exe.h \
	src/runtime/seccomp_notify.c \
	src/runtime/seccomp_notify.h
