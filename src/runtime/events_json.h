/* events_json.h - the lines that `events` prints, in the form that runc gave them (types/events.go). Units: nanoseconds
 * and bytes. What the kernel does not tell is left out. */
#ifndef RUNTIME_EVENTS_JSON_H
#define RUNTIME_EVENTS_JSON_H

#include "schema.h"

/* "psi" is {"some":{"avg10":0.12,...},"full":{...}}. */
#define SPEC_stats_cpu_usage(F, T)                     \
  F (T, u64, total, "total")                           \
  F (T, ints, percpu, "percpu")                        \
  F (T, ints, percpu_kernel, "percpu_kernel")          \
  F (T, ints, percpu_user, "percpu_user")              \
  F (T, u64, kernel, "kernel")                         \
  F (T, u64, user, "user")
#define SPEC_stats_throttling(F, T)                    \
  F (T, u64, periods, "periods")                       \
  F (T, u64, throttled_periods, "throttledPeriods")    \
  F (T, u64, throttled_time, "throttledTime")
#define SPEC_stats_cpu(F, T)                           \
  F (T, obj (stats_cpu_usage), usage, "usage")         \
  F (T, obj (stats_throttling), throttling, "throttling") \
  F (T, json, psi, "psi")
#define SPEC_stats_cpuset(F, T)                        \
  F (T, ints, cpus, "cpus")                            \
  F (T, u64, cpu_exclusive, "cpu_exclusive")           \
  F (T, ints, mems, "mems")                            \
  F (T, u64, mem_hardwall, "mem_hardwall")             \
  F (T, u64, mem_exclusive, "mem_exclusive")           \
  F (T, u64, memory_migrate, "memory_migrate")         \
  F (T, u64, memory_spread_page, "memory_spread_page") \
  F (T, u64, memory_spread_slab, "memory_spread_slab") \
  F (T, u64, memory_pressure, "memory_pressure")       \
  F (T, u64, sched_load_balance, "sched_load_balance") \
  F (T, i64, sched_relax_domain_level, "sched_relax_domain_level")
#define SPEC_stats_memory_entry(F, T)                  \
  F (T, u64, limit, "limit")                           \
  F (T, u64, usage, "usage")                           \
  F (T, u64, max, "max")                               \
  F (T, u64, failcnt, "failcnt")
/* "raw" is all of memory.stat. */
#define SPEC_stats_memory(F, T)                        \
  F (T, u64, cache, "cache")                           \
  F (T, obj (stats_memory_entry), usage, "usage")      \
  F (T, obj (stats_memory_entry), swap, "swap")        \
  F (T, obj (stats_memory_entry), kernel, "kernel")    \
  F (T, obj (stats_memory_entry), kernel_tcp, "kernelTCP") \
  F (T, json, raw, "raw")                              \
  F (T, json, psi, "psi")
#define SPEC_stats_pids(F, T)                          \
  F (T, u64, current, "current")                       \
  F (T, u64, limit, "limit")
#define SPEC_stats_blkio_entry(F, T)                   \
  F (T, u64, major, "major")                           \
  F (T, u64, minor, "minor")                           \
  F (T, str, op, "op")                                 \
  F (T, u64, value, "value")
#define SPEC_stats_blkio(F, T)                         \
  F (T, list (stats_blkio_entry), service_bytes, "ioServiceBytesRecursive") \
  F (T, list (stats_blkio_entry), serviced, "ioServicedRecursive") \
  F (T, list (stats_blkio_entry), queued, "ioQueueRecursive") \
  F (T, list (stats_blkio_entry), service_time, "ioServiceTimeRecursive") \
  F (T, list (stats_blkio_entry), wait_time, "ioWaitTimeRecursive") \
  F (T, list (stats_blkio_entry), merged, "ioMergedRecursive") \
  F (T, list (stats_blkio_entry), time, "ioTimeRecursive") \
  F (T, list (stats_blkio_entry), sectors, "sectorsRecursive") \
  F (T, json, psi, "psi")
#define SPEC_stats_hugetlb(F, T)                       \
  F (T, u64, usage, "usage")                           \
  F (T, u64, max, "max")                               \
  F (T, u64, failcnt, "failcnt")
#define SPEC_stats_interface(F, T)                     \
  F (T, str, name, "Name")                             \
  F (T, u64, rx_bytes, "RxBytes")                      \
  F (T, u64, rx_packets, "RxPackets")                  \
  F (T, u64, rx_errors, "RxErrors")                    \
  F (T, u64, rx_dropped, "RxDropped")                  \
  F (T, u64, tx_bytes, "TxBytes")                      \
  F (T, u64, tx_packets, "TxPackets")                  \
  F (T, u64, tx_errors, "TxErrors")                    \
  F (T, u64, tx_dropped, "TxDropped")
#define SPEC_stats(F, T)                               \
  F (T, obj (stats_cpu), cpu, "cpu")                   \
  F (T, obj (stats_cpuset), cpuset, "cpuset")          \
  F (T, obj (stats_memory), memory, "memory")          \
  F (T, obj (stats_pids), pids, "pids")                \
  F (T, obj (stats_blkio), blkio, "blkio")             \
  F (T, dict (stats_hugetlb), hugetlb, "hugetlb")      \
  F (T, json, intel_rdt, "intel_rdt")                  \
  F (T, list (stats_interface), interfaces, "network_interfaces")
#define SPEC_event(F, T)                               \
  F (T, str, type, "type")                             \
  F (T, str, id, "id")                                 \
  F (T, obj (stats), data, "data")

#define SPEC_EVENT_OBJECTS(X)                                                                                     \
  X (stats_cpu_usage) X (stats_throttling) X (stats_cpu) X (stats_cpuset) X (stats_memory_entry) X (stats_memory) \
  X (stats_pids) X (stats_blkio_entry) X (stats_blkio) X (stats_hugetlb) X (stats_interface) X (stats) X (event)

SPEC_EVENT_OBJECTS (DECLARE)

#endif
