record_sources = src/record/record.h src/record/record.c src/record/record_store.h src/record/record_store.c \
                 src/record/monitor_protocol.h src/record/run_status.h src/record/run_status.c \
                 src/record/event_log.h src/record/event_log.c \
                 src/record/layers_mount.h src/record/layers_mount.c
