monitor_sources = src/monitor/monitor.h src/monitor/main.c src/monitor/setup.c src/monitor/rootfs.c \
                  src/monitor/subpaths.c src/monitor/machine.c src/monitor/machine_parts.h src/monitor/machine_run.c \
                  src/monitor/machine_end.c src/monitor/status_file.c src/monitor/runtime.c src/monitor/output.c \
                  src/monitor/attach.c src/monitor/requests.c src/monitor/oom.c src/monitor/events.c \
                  src/monitor/loop.h src/monitor/loop.c src/monitor/log_file.h src/monitor/log_file.c \
                  src/monitor/health.h src/monitor/health.c src/monitor/health_rules.c \
                  src/monitor/restart.h src/monitor/restart.c
