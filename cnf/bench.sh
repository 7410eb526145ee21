# The benchmarks: sourced by checkout.sh with the arguments of `armature bench`.
# shellcheck shell=sh disable=SC2034,SC2154 # checkout, profile and their like are armature's

bench_help() {
  cat <<'END'
armature bench [boot] [enqueue] [drain] [open] [upload] [services] [reporting] [idle]
               [--profile NAME] [--rounds N] [--seconds S] [--check]
  boot       start and memory, each subsystem's share
  enqueue    durable records
  drain      reading, confirming and deleting a full spool
  open       opening a spool
  upload     a full spool to the broker, and to the server's confirmation
  services   service manager: requests, stand-ins, waiting requests
  reporting  the spool under 1 to 64 callers and records of 128 B to 64 KiB beside six stores, the machine's limits,
             and a disk whose force takes 30 ms; 20 minutes, 4 with --rounds 1 --seconds 0.5
  idle       wake-ups of the service manager in 5 minutes, counted with strace where that is installed
  (none)     all of them but reporting and idle, each beside its peers in the same run
  --profile  the device that boot starts, such as chromeos-x86_64 for the share of the message bus
  --rounds   runs of each, after one that is not counted (5)
  --seconds  length of a run of enqueue; of drain, upload and idle in proportion (1)
  --check    ends with status 1 if a budget is missed
END
}

bench_jvms() { # prints the feature versions to start the appliance on: 17 and the newest one there
  newest=17
  for home in /usr/lib/jvm/*; do
    jvm_version "$home"
    case $version in
      21|25) [ "$version" -le "$newest" ] || newest=$version ;;
    esac
  done
  if [ "$newest" -eq 17 ]; then printf '17\n'; else printf '17,%s\n' "$newest"; fi
}

wanted=
count=$#
while [ "$count" -gt 0 ]; do
  option=$1
  shift
  count=$((count - 1))
  case $option in
    --help|-h)
      bench_help
      exit 0
      ;;
    --profile)
      [ "$count" -gt 0 ] || usage "bench: --profile needs a name"
      wanted=$1
      shift
      count=$((count - 1))
      ;;
    boot|enqueue|drain|open|upload|services|reporting|idle|--check|[0-9]*|--rounds|--seconds)
      set -- "$@" "$option"
      ;;
    *) usage "bench: unknown argument '$option'" ;;
  esac
done
build_when_stale
printf 'armature: building the benchmarks\n' >&2
mvn -q -B -f "$checkout/pom.xml" package -Darmature.bench -DskipTests -pl itest/bench -am >&2 ||
  fail 1 "the benchmarks do not build"
case $(uname -m) in
  aarch64) profile=generic-arm64 ;;
  *) profile=generic-x86_64 ;;
esac
profile=${wanted:-$profile}
[ -d "$images/$profile/opt" ] || usage "bench: no profile '$profile' among the images"
bench=$checkout/itest/bench/target
mkdir -p "$bench/work"
classpath=$(printf '%s:' "$bench"/lib/*.jar)$bench/classes
# What Chronicle Queue reaches into; and it tells nobody that it runs.
opens=
for package in java.base/java.lang java.base/java.lang.reflect java.base/java.io java.base/java.util java.base/java.nio \
  java.base/sun.nio.ch java.base/jdk.internal.ref java.base/jdk.internal.misc; do
  opens="$opens --add-opens=$package=ALL-UNNAMED"
done
# shellcheck disable=SC2086 # options are words
exec java -Xmx512m -XX:+UseSerialGC $opens -Dchronicle.analytics.disable=true -Dchronicle.disk.monitor.disable=true "-Dbench.images=$images" "-Dbench.profile=$profile" \
  "-Dbench.karaf=$bench/peers/apache-karaf-minimal.tar.gz" "-Dbench.jvms=$(bench_jvms)" \
  "-Dbench.work=$bench/work" -cp "$classpath" io.armature.bench.Bench "$@"
