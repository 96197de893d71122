/* test_bundle.c - attributes of a service and what they become: bundles made in a temporary directory, without
 * networks, volumes and an OCI runtime. */
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>

#include "bundle_parts.h"
#include "check.h"
#include "errors.h"
#include "fs.h"
#include "yaml.h"

/* In memory where that is possible: each container is synced to disk. */
static char top[] = "/dev/shm/bundle.XXXXXX", top_on_disk[] = "/tmp/bundle.XXXXXX";
static char *top_used = top;

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *f)
{
  (void) st;
  (void) kind;
  (void) f;
  return remove (path);
}

struct world
{
  struct settings settings;
  struct image image;
  char *layer;
};

static void
put (const char *path, const char *text)
{
  autofile FILE *f = fopen (path, "we");
  if (f)
    fputs (text, f);
}

static struct world
world_open (void)
{
  struct world w = { 0 };
  w.settings = (struct settings) { .data = mem_printf ("%s/data", top_used), .run = mem_printf ("%s/run", top_used),
                                   .runtime = mem_strdup ("/bin/true") };
  w.layer = mem_printf ("%s/layer", top_used);
  autofree char *etc = mem_printf ("%s/etc", w.layer), *passwd = mem_printf ("%s/passwd", etc);
  autofree char *group = mem_printf ("%s/group", etc);
  fs_mkdir_parents (etc, 0755, NULL);
  put (passwd, "root:x:0:0::/root:\nweb:x:1000:1001::/home/web:\n");
  put (group, "root:x:0:\nadm:x:4:\nextra:x:2000:web\n");
  w.image = (struct image) { .id = (char *) "sha256:12", .user = (char *) "", .working_dir = (char *) "/of/image" };
  strv_add (&w.image.layers, w.layer);
  strv_add (&w.image.environment, "FROM=image");
  strv_add (&w.image.environment, "BOTH=image");
  strv_add (&w.image.environment, "SECRET_OF_THE_HOST");
  strv_add (&w.image.entrypoint, "/entry");
  strv_add (&w.image.command, "default");
  strv_add (&w.image.labels, "image.label=yes");
  return w;
}

static void
world_close (struct world *w)
{
  strv_free (&w->image.layers);
  strv_free (&w->image.environment);
  strv_free (&w->image.entrypoint);
  strv_free (&w->image.command);
  strv_free (&w->image.labels);
  free (w->layer);
  free (w->settings.data);
  free (w->settings.run);
  free (w->settings.runtime);
}

/* Make a container of the service that YAML describes and remove it again. Its config.json and container.json, for the
 * caller to free; or the error's text. */
static char *
make (struct world *w, const char *yaml)
{
  autoarena struct arena a = { 0 };
  autoerror struct error *err = NULL;
  struct node *n;
  struct oci_document doc;
  const struct compose_Service *service = NULL;
  if (yaml_parse (&a, "test", yaml, strlen (yaml), &n, &err) == 0)
    service = node_parse (n, &compose_Service_schema, "", &doc, &err);
  if (! service)
    return mem_strdup (error_text (err));
  const struct bundle_input in = { .settings = &w->settings, .service_name = "s", .service = service,
                                   .image = &w->image, .number = 1 };
  autobundle struct bundle b = { 0 };
  struct text t = { 0 };
  if (bundle_create (&in, &b, &err) < 0)
    text_add (&t, error_text (err));
  else
    {
      autofree char *path = mem_printf ("%s/" CONTAINER_CONFIG, b.record->bundle), *config = NULL;
      autofree char *record = oci_emit (&record_Container_schema, b.record, NULL);
      fs_read_regular (AT_FDCWD, path, 1 << 20, &config, NULL, NULL);
      text_printf (&t, "%s\n%s", config ? config : "", record);
      CHECK_INT (0, bundle_remove (&w->settings, b.record, true, NULL));
    }
  oci_document_free (&doc);
  return t.s;
}

#define BASE "network_mode: none\n"

/* Attributes and a part of what they become. */
static const struct
{
  const char *yaml, *want;
} rows[] = {
  { "", "\"args\":[\"/entry\",\"default\"]" },
  { "command: [a, b]\n", "\"args\":[\"/entry\",\"a\",\"b\"]" },
  { "command: []\n", "\"args\":[\"/entry\"]" },
  { "entrypoint: [x]\n", "\"args\":[\"x\"]" },
  { "entrypoint: [x]\ncommand: [y]\n", "\"args\":[\"x\",\"y\"]" },
  { "entrypoint: []\ncommand: [y]\n", "\"args\":[\"y\"]" },
  { "environment: {BOTH: service, NEW: \"1\"}\n",
    "\"env\":[\"FROM=image\",\"BOTH=service\",\"NEW=1\",\"PATH=/usr/local/sbin" },
  { "tty: true\n", "\"TERM=xterm\"" },
  { "tty: true\n", "\"terminal\":true" },
  { "", "\"cwd\":\"/of/image\"" },
  { "working_dir: /a/../../b\n", "\"cwd\":\"/b\"" },
  { "", "\"user\":{\"uid\":0,\"gid\":0}" },
  { "user: web\n", "\"user\":{\"uid\":1000,\"gid\":1001,\"additionalGids\":[2000]}" },
  { "user: \"5:adm\"\n", "\"user\":{\"uid\":5,\"gid\":4}" },
  { "group_add: [adm, \"7\"]\n", "\"additionalGids\":[4,7]" },
  { "user: web\n", "\"HOME=/home/web\"" },
  { "", "\"HOME=/root\"" },
  { "hostname: h\ndomainname: d\n", "\"hostname\":\"h\",\"domainname\":\"d\"" },
  { "hostname: h\n", "\"HOSTNAME=h\"" },
  { "read_only: true\n", "\"root\":{\"path\":\"rootfs\",\"readonly\":true}" },
  { "x-perry: {read_only_root: true}\n", "\"readonly\":true" },
  { "read_only: true\nx-perry: {tmp: auto}\n", "{\"destination\":\"/var/tmp\",\"type\":\"tmpfs\"" },
  { "x-perry: {read_only_root: true}\n", "{\"destination\":\"/tmp\",\"type\":\"tmpfs\"" },
  { "hostname: \"a b\"\n", "hostname 'a b': at most 64 letters" },
  { "ipc: shareable\nshm_size: 1m\n", "shm_size: a /dev/shm that is shared" },
  { "cap_drop: [ALL]\ncap_add: [KILL]\n",
    "\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],\"inheritable\":[]" },
  { "security_opt: [\"no-new-privileges\"]\n", "\"noNewPrivileges\":true" },
  { "security_opt: [\"no-new-privileges:false\"]\n", "\"noNewPrivileges\":false" },
  { "security_opt: [\"systempaths=unconfined\"]\n", "\"maskedPaths\":[],\"readonlyPaths\":[]" },
  { "security_opt: [\"mask=/a:/b\"]\n", "\"/a\",\"/b\"]" },
  { "security_opt: [\"unmask=ALL\"]\n", "\"maskedPaths\":[]" },
  { "", "\"defaultErrnoRet\":38" },
  { "ulimits: {nofile: {soft: 10, hard: 20}}\n", "\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"hard\":20,\"soft\":10}]" },
  { "oom_score_adj: 500\n", "\"oomScoreAdj\":500" },
  { "cpus: \"0.5\"\n", "\"cpu\":{\"quota\":50000,\"period\":100000}" },
  { "cpus: \"2\"\ncpu_period: 50000\n", "\"quota\":100000,\"period\":50000" },
  { "cpu_percent: \"50\"\n", "\"quota\":50000" },
  { "deploy: {resources: {limits: {cpus: \"1.5\", memory: 64m, pids: 5}}}\n", "\"quota\":150000" },
  { "deploy: {resources: {limits: {memory: 64m}}}\n", "\"memory\":{\"limit\":67108864}" },
  { "deploy: {resources: {limits: {pids: 5}}}\n", "\"pids\":{\"limit\":5}" },
  { "deploy: {resources: {reservations: {memory: 1m}}}\n", "\"reservation\":1048576" },
  { "cpu_shares: 7\ncpuset: 0-1\n", "\"cpu\":{\"shares\":7,\"cpus\":\"0-1\"}" },
  { "mem_limit: 128m\nmemswap_limit: -1\n", "\"memory\":{\"limit\":134217728,\"swap\":-1}" },
  { "mem_limit: 128m\nmem_reservation: 64m\n", "\"reservation\":67108864" },
  { "pids_limit: 0\n", "\"pids\":{\"limit\":-1}" },
  { "cgroup_parent: /x/y\n", "\"cgroupsPath\":\"/x/y/" },
  { "", "\"cgroupsPath\":\"/perry/" },
  { "devices: [{source: /dev/null, target: /dev/n, permissions: r}]\n",
    "{\"type\":\"c\",\"path\":\"/dev/n\",\"major\":1,\"minor\":3" },
  { "devices: [{source: /dev/null, target: /dev/n, permissions: r}]\n",
    "{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"r\"}" },
  { "device_cgroup_rules: [\"c 1:* rm\"]\n", "{\"allow\":true,\"type\":\"c\",\"major\":1,\"access\":\"rm\"}" },
  { "sysctls: {kernel.msgmax: \"1\"}\n", "\"sysctl\":{\"kernel.msgmax\":\"1\"}" },
  { "sysctls: {net.core.somaxconn: \"1\"}\n", "\"sysctls\":{\"net.core.somaxconn\":\"1\"" },
  { "shm_size: 1m\n", "\"mode=1777\",\"size=1048576\"" },
  { "ipc: none\n", "{\"type\":\"ipc\"}" },
  { "ipc: shareable\n", "\"perry.shm\":\"shared\"" },
  { "tmpfs: [\"/run:size=1m\"]\n",
    "{\"destination\":\"/run\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
    "\"options\":[\"nosuid\",\"nodev\",\"noexec\",\"size=1048576\"]}" },
  { "volumes: [{type: bind, source: /tmp, target: /t}]\n",
    "{\"destination\":\"/t\",\"type\":\"bind\",\"source\":\"/tmp\",\"options\":[\"rbind\",\"rprivate\"]}" },
  { "volumes: [{type: bind, source: /tmp, target: /t, read_only: true, bind: {recursive: disabled}}]\n",
    "[\"bind\",\"rprivate\",\"ro\"]" },
  { "volumes: [{type: bind, source: /tmp, target: /t, bind: {propagation: rshared}}]\n", "\"sharedMounts\":true" },
  { "volumes: [{type: bind, source: /tmp, target: /t, bind: {propagation: slave}}]\n",
    "\"rootfsPropagation\":\"rslave\"" },
  { "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: \"0700\"}}]\n", "\"size=1048576\",\"mode=0700\"" },
  { "volumes: [{type: bind, source: /tmp, target: /a/../../t}]\n", "{\"destination\":\"/t\"" },
  { "volumes: [{type: bind, source: /tmp, target: /dev/shm}]\n",
    "{\"destination\":\"/dev/shm\",\"type\":\"bind\",\"source\":\"/tmp\"" },
  { "x-perry: {mounts: [{type: overlay, target: /o, lower: [/a, /b], upper: /u, work: /w}]}\n",
    "\"options\":[\"lowerdir=/a:/b\",\"upperdir=/u\",\"workdir=/w\"]" },
  { "pid: host\n",
    "\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"network\",\"path\":\"/proc/self/ns/net\"},{\"type\":\"ipc\"}" },
  { "cgroup: private\n", "{\"type\":\"cgroup\"}" },
  { "labels: {a: b}\n", "\"annotations\":{\"image.label\":\"yes\",\"a\":\"b\"" },
  { "annotations: {c: d}\n", "\"c\":\"d\"" },
  { "stop_signal: SIGINT\n", "\"stopSignal\":\"SIGINT\"" },
  { "", "\"stopSignal\":\"SIGTERM\",\"stopTimeoutMs\":10000" },
  { "stop_grace_period: 1m30s\n", "\"stopTimeoutMs\":90000" },
  { "restart: \"on-failure:3\"\n", "\"restart\":{\"condition\":\"on-failure\",\"maxRetries\":3}" },
  { "restart: unless-stopped\n", "\"condition\":\"unless-stopped\"" },
  { "deploy: {restart_policy: {condition: any, delay: 2s, max_attempts: 4, window: 1m}}\n",
    "{\"condition\":\"always\",\"maxRetries\":4,\"delayMs\":2000,\"windowMs\":60000}" },
  { "healthcheck: {test: [CMD-SHELL, exit 1], interval: 2s, retries: 9}\n",
    "\"health\":{\"test\":[\"/bin/sh\",\"-c\",\"exit 1\"],\"intervalMs\":2000,\"timeoutMs\":30000,"
    "\"startPeriodMs\":0,\"startIntervalMs\":5000,\"retries\":9" },
  { "healthcheck: {test: [CMD, a, b]}\nx-perry: {on_unhealthy: restart}\n", "\"onUnhealthy\":\"restart\"" },
  { "logging: {driver: json-file, options: {max-size: 10k, max-file: \"2\"}}\n",
    "\"logging\":{\"driver\":\"json\",\"maxSize\":10240,\"maxFiles\":2}" },
  { "logging: {driver: none}\n", "\"driver\":\"none\"" },
  { "stdin_open: true\n", "\"openStdin\":true" },
  { "container_name: my.name\n", "\"name\":\"my.name\"" },
  { "post_start: [{command: [a], user: u, environment: {A: b}}]\n",
    "\"postStart\":[{\"command\":[\"a\"],\"user\":\"u\",\"environment\":[\"A=b\"]}]" },
  { "depends_on: {db: {condition: service_healthy, required: true}}\n",
    "\"dependsOn\":[{\"service\":\"db\",\"condition\":\"service_healthy\",\"required\":true}]" },
  { "privileged: true\n", "\"maskedPaths\":[],\"readonlyPaths\":[]" },
  /* what cannot be */
  { "command: []\nentrypoint: []\n", "service 's': nothing to run" },
  { "user: nobody\n", "service 's': user 'nobody': the container's /etc/passwd does not have it" },
  { "user: \"4294967296\"\n", "a user id is at most 4294967294" },
  { "working_dir: a\n", "working_dir 'a': an absolute path is needed" },
  { "cap_add: [NOPE]\n", "cap_add[0]: there is no capability 'NOPE'" },
  { "security_opt: [\"nope=1\"]\n", "security_opt[0]: 'nope=1': there is no such option" },
  { "security_opt: [\"no-new-privileges=perhaps\"]\n", "no-new-privileges: \"true\" or \"false\" is expected" },
  { "security_opt: [\"seccomp=/no/such/file\"]\n", "security_opt: seccomp: open /no/such/file" },
  { "privileged: true\nx-perry: {seccomp: true}\n", "x-perry.seccomp: a seccomp profile is asked for" },
  { "sysctls: {vm.swappiness: \"1\"}\n", "sysctls.vm.swappiness: it is the host's" },
  { "ipc: host\nsysctls: {kernel.msgmax: \"1\"}\n", "the service shares the host's ipc namespace" },
  { "ulimits: {nope: {soft: 1, hard: 1}}\n", "ulimits.nope: there is no such limit" },
  { "ulimits: {nofile: {soft: 2, hard: 1}}\n", "the soft limit is above the hard limit" },
  { "tmpfs: [\"/run:size=1e99\"]\n", "tmpfs[0]: tmpfs option 'size=1e99': the value is not right" },
  { "tmpfs: [run]\n", "tmpfs[0]: 'run': an absolute path is expected" },
  { "volumes: [{type: bind, source: /tmp, target: /}]\n", "volumes[0]: target '/': the root directory is the image's" },
  { "volumes: [{type: bind, source: /tmp, target: /a/..}]\n", "target '/'" },
  { "volumes: [{type: bind, source: /no/such, target: /t, bind: {create_host_path: false}}]\n",
    "volumes[0]: /no/such: there is none, and create_host_path is false" },
  { "volumes: [{type: volume, source: ../x, target: /t}]\n", "volume '../x': no name for a volume" },
  { "volumes: [{type: volume, source: -x, target: /t}]\n", "volume '-x': no name for a volume" },
  { "volumes: [{type: volume, source: \"a\\nb\", target: /t}]\n", "no name for a volume" },
  { "volumes: [{type: cluster, source: x, target: /t}]\n", "type 'cluster' is not supported" },
  { "cpus: \"1\"\ncpu_quota: 5\n", "cpu_quota and cpus say the same" },
  { "memswap_limit: 5m\n", "memswap_limit: it is for memory and swap together and needs mem_limit" },
  { "mem_limit: 5m\nmemswap_limit: 4m\n", "and below mem_limit" },
  { "mem_limit: 5m\nmem_reservation: 6m\n", "mem_reservation: it is above mem_limit" },
  { "cgroup_parent: /a/../../b\n", "cgroup_parent '/a/../../b': it leads upwards" },
  { "devices: [{source: /tmp/../etc/hostname, target: /dev/n}]\n", "not a device" },
  { "device_cgroup_rules: [\"c 1:3 rwx\"]\n", "device_cgroup_rules[0]: 'c 1:3 rwx': \"c 1:3 rwm\" is the form" },
  { "extra_hosts: [nope]\n", "extra_hosts[0]: 'nope': \"name=address\" is expected" },
  { "restart: sometimes\n", "restart 'sometimes'" },
  { "restart: \"on-failure:x\"\n", "restart 'on-failure:x'" },
  { "healthcheck: {test: [CMD-SHELL]}\n", "healthcheck.test: CMD-SHELL takes one line" },
  { "logging: {options: {max-size: much}}\n", "logging.options.max-size 'much': a size is expected" },
  { "container_name: ../x\n", "container name '../x'" },
  { "secrets: [{source: nope}]\n", "secrets[0]: secrets: 'nope' is not defined" },
};

TEST (attributes)
{
  struct world w = world_open ();
  setenv ("SECRET_OF_THE_HOST", "leaked", 1);
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autofree char *yaml = mem_printf (BASE "%s", rows[i].yaml);
      autofree char *got = make (&w, yaml);
      if (! strstr (got, rows[i].want))
        CHECK_STR (rows[i].want, got);
      CHECK (! strstr (got, "SECRET_OF_THE_HOST"));
    }
  world_close (&w);
}

static bool
is_empty (const struct settings *s, const char *name)
{
  autofree char *path = data_path (s, "%s", name);
  autodir DIR *d = opendir (path);
  struct dirent *e;
  bool empty = true;
  while (d && (e = readdir (d)))
    empty = empty && (streq (e->d_name, ".") || streq (e->d_name, ".."));
  return empty;
}

/* Successes were removed, failures have undone what they did. */
TEST (nothing_is_left)
{
  struct world w = world_open ();
  CHECK (is_empty (&w.settings, "containers"));
  CHECK (is_empty (&w.settings, "names"));
  CHECK (is_empty (&w.settings, "volumes"));
  world_close (&w);
  nftw (top_used, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
main (void)
{
  if (! mkdtemp (top))
    top_used = mkdtemp (top_on_disk);
  if (! top_used)
    return 1;
  X (attributes)
  X (nothing_is_left)
  return check_failures || ! check_count;
}
