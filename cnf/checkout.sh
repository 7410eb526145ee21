# Commands of a checkout: sourced by ../armature, never on a device. Uses its fail, usage, absolute,
# run_client, train, next_phase and the variables checkout, caller, here, self and root.
# shellcheck shell=sh disable=SC2154 # those variables are armature's

images=$checkout/firmware-profiles/target/images
built=$checkout/firmware-profiles/target/built
unchecked=$built.unchecked # there while classes of a build without checks are
case $(uname -m) in
  aarch64) default_profile=generic-arm64 ;;
  *) default_profile=generic-x86_64 ;;
esac

mark=.armature-run # in a directory that 'up', 'device' or 'backend' made

checkout_help() {
  cat <<'END'
  up [--profile P] [--dir DIR] [--until PHASE] [--detach] [--no-install]
                           builds, starts a backend and a device in DIR (./run), until Ctrl-C;
                           --until stops both once the phase is reached
  stop [--dir DIR]         ends what 'up --detach' started
  clean [--dir DIR]        removes what 'up' made, nothing else
  device [--profile P] [--dir DIR]
                           runs a device alone
  backend [--dir DIR]      runs a backend alone
  backend enroll | records | stats | audit | keys | config
                           commands of a running backend; each knows --help
  build [--offline] [--quiet] [-DNAME=VALUE…]
                           builds the whole workspace and its images, without tests
  format                   formats the sources
  test, bench              tests and measures; each knows --help
END
}

checkout_knows() { # COMMAND ARGUMENT…
  case $1 in
    up|stop|clean|build|format|test|bench) return 0 ;;
    device) [ -z "$root_given" ] ;;
    backend)
      shift
      case ${1:-} in
        --help|-h) [ -z "$root_given" ] && ! running ;;
        ''|-*) [ -z "$root_given" ] ;;
        *) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

checkout_run() { # COMMAND ARGUMENT…
  command=$1
  shift
  case "$command ${1:-}" in
    "build --help"|"build -h"|"format --help"|"format -h")
      checkout_help | own_lines "$command"
      exit 0
      ;;
    "format "?*) usage "format takes no arguments" ;;
  esac
  case $command in
    up|device|backend) checkout_options "$command" "$@" ;;
    stop|clean) checkout_options "$command" "$@" ;;
    build) build_images "$@" ;;
    format)
      exec mvn -q -B -Dstyle.color=never -f "$checkout/pom.xml" \
        com.diffplug.spotless:spotless-maven-plugin:3.0.0:apply -pl '!:armature-bom'
      ;;
    test)
      # shellcheck source=cnf/test.sh
      . "$checkout/cnf/test.sh"
      ;;
    bench)
      # shellcheck source=cnf/bench.sh
      . "$checkout/cnf/bench.sh"
      ;;
  esac
}

checkout_options() { # COMMAND ARGUMENT…: reads the options and calls the command
  command=$1
  shift
  profile='' directory=${caller%/}/run until='' detach='' install=''
  [ "$command" != up ] || install=yes
  while [ "$#" -gt 0 ]; do
    option=$1
    shift
    case $option in
      --profile|--dir|--until)
        [ "$#" -gt 0 ] || usage "$command: $option needs a value"
        value=$1
        shift
        ;;
      --profile=*|--dir=*|--until=*)
        value=${option#*=}
        option=${option%%=*}
        ;;
      *) value= ;;
    esac
    case "$command $option" in
      "up --profile"|"device --profile") profile=$value ;;
      *" --dir") directory=$(absolute "$value") ;;
      "up --until") until=$value ;;
      "up --detach") detach=yes ;;
      "up --no-install") install='' ;;
      *" --help"|*" -h")
        checkout_help | own_lines "$command"
        exit 0
        ;;
      *) usage "$command: unknown argument '$option'" ;;
    esac
  done
  profile=${profile:-$default_profile}
  known_profile
  case ${until#armature.} in
    ''|startup|boot-services|application|failsafe|system-services) until=${until#armature.} ;;
    boot-complete) until=application ;; # the milestone at the phase's end
    *)
      fail 2 "up: cannot wait for phase '$until', only for" \
        "startup, boot-services, application or boot-complete, failsafe, system-services"
      ;;
  esac
  [ -z "$until" ] || [ -z "$detach" ] || usage "up: --until and --detach exclude each other"
  "checkout_$command"
}

known_profile() { # fails, before anything is built, if there is no such profile
  case $profile in
    */*|.*) ;;
    *)
      [ ! -f "$checkout/firmware-profiles/$profile.json" ] || return 0
      [ ! -d "$images/$profile" ] || return 0
      ;;
  esac
  known=
  for file in "$checkout"/firmware-profiles/*.json; do
    file=${file##*/}
    known="$known ${file%.json}"
  done
  fail 2 "$command: no profile '$profile', only$known"
}

# --- building and installing ---------------------------------------------------------------------

need_tools() { # names what a build needs; 'up' installs it
  missing=
  [ -x /usr/lib/jvm/java-17-openjdk-amd64/bin/javac ] ||
    [ -x /usr/lib/jvm/java-17-openjdk-arm64/bin/javac ] ||
    command -v javac >/dev/null || missing="openjdk-17-jdk-headless"
  command -v mvn >/dev/null || missing="${missing:+$missing }maven"
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # packages are words
  if ! may_install; then
    fail 1 "missing Debian packages: $missing (run: apt-get install $missing)"
  elif ! install_packages $missing; then
    fail 1 "cannot install $missing, see $checkout/.install.log"
  fi
}

may_install() { # whether Debian packages can be installed and the command may do it
  [ -n "${install:-}" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

install_packages() { # PACKAGE…: says so; leaves the log where it does not succeed
  printf 'armature: installing Debian packages: %s\n' "$*" >&2
  { DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" ||
    { apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }; } \
    >"$checkout/.install.log" 2>&1 || return 1
  rm -f "$checkout/.install.log"
}

forget_unchecked() { # removes classes that no check has seen: an unchanged module is not compiled again
  [ -f "$unchecked" ] || return 0
  find "$checkout/bundles" "$checkout/cnf" -type d -path '*/target/classes' -prune -exec rm -rf {} +
  rm -f "$unchecked"
}

build_images() { # ARGUMENT…
  count=$#
  while [ "$count" -gt 0 ]; do
    option=$1
    shift
    count=$((count - 1))
    case $option in
      --offline|-o|--quiet|-q|-D?*) set -- "$@" "$option" ;;
      *) usage "build: unknown argument '$option'" ;;
    esac
  done
  need_tools
  forget_unchecked
  mvn -B -Dstyle.color=never -f "$checkout/pom.xml" package -DskipTests -Darmature.fast=true "$@" ||
    fail 1 "the build failed"
  mkdir -p "${built%/*}"
  touch "$built"
}

build_when_stale() {
  if [ -f "$built" ] && [ -z "$(cd "$checkout" && find armature pom.xml bnd.bnd cnf bundles features \
    firmware-profiles -name target -prune -o -type f -newer "$built" -print -quit)" ]; then
    return 0
  fi
  need_tools
  printf 'armature: building (log: %s)\n' "$checkout/firmware-profiles/target/build.log" >&2
  mkdir -p "${built%/*}"
  touch "$built.new"
  touch "$unchecked"
  # Neither tests nor checks, whose libraries are a quarter of what an empty repository would fetch (37 of 131 MB).
  mvn -B -Dstyle.color=never -f "$checkout/pom.xml" package -Darmature.image=true -P '!checks' \
    >"${built%/*}/build.log" 2>&1 || {
    grep -m 5 ERROR "${built%/*}/build.log" >&2 || :
    fail 1 "the build failed, see ${built%/*}/build.log"
  }
  mkdir -p "${built%/*}"
  mv "$built.new" "$built"
}

install_image() { # PROFILE ROOT: installs the image unless it is there, with the files' times
  image=$images/$1
  [ -d "$image" ] || fail 2 "no profile '$1': $(cd "$images" && echo *)"
  mkdir -p "$2/opt/armature/slots" "$2/opt/armature/bin" 2>/dev/null &&
    [ -w "$2/opt/armature/slots" ] || fail 1 "cannot write below $2"
  cp -p "$checkout/armature" "$2/opt/armature/bin/armature"
  ln -sfn armature "$2/opt/armature/bin/missive_testing_tool"
  cmp -s "$image/opt/armature/slots/A/lock" "$2/opt/armature/slots/A/lock" && return 0
  rm -rf "$2/opt/armature/slots/A.new" "$2/opt/armature/slots/A.old"
  cp -Rp "$image/opt/armature/slots/A" "$2/opt/armature/slots/A.new"
  [ ! -d "$2/opt/armature/slots/A" ] ||
    mv "$2/opt/armature/slots/A" "$2/opt/armature/slots/A.old"
  mv "$2/opt/armature/slots/A.new" "$2/opt/armature/slots/A"
  rm -rf "$2/opt/armature/slots/A.old"
}

prepare() { # PROFILE ROOT
  root=$2
  ! running || already_running
  build_when_stale
  claim
  install_image "$1" "$2"
}

already_running() { # fails; 'device' and 'backend' as the appliance itself would
  [ "$command" = up ] || fail 11 "already running in $root: process $pid"
  here_pid=$pid hint=''
  case $root in
    */device) here_name=device other=backend ;;
    *) here_name=backend other=device ;;
  esac
  root=$directory/$other
  running || hint=" (no $other runs beside it: '$(in_directory "$other")' starts one)"
  fail 1 "already running in $directory/$here_name: process $here_pid$hint"
}

claim() { # marks $directory as made here, which 'clean' asks for, unless what is there may be somebody's
  [ ! -f "$directory/$mark" ] || return 0
  for name in device backend up phases phase; do
    [ ! -e "$directory/$name" ] && [ ! -L "$directory/$name" ] || return 0
  done
  origin=found
  [ -d "$directory" ] || origin=made
  mkdir -p "$directory" 2>/dev/null &&
    { printf 'armature-run 1 %s\n' "$origin" >"$directory/$mark"; } 2>/dev/null ||
    fail 1 "cannot write below $directory"
}

make_device_id() { # sets device_id of $directory/device
  file=$directory/device/var/lib/armature/device-id
  if [ ! -s "$file" ]; then
    mkdir -p "${file%/*}"
    cat /proc/sys/kernel/random/uuid >"$file.new"
    sync "$file.new"
    mv "$file.new" "$file"
  fi
  read -r device_id <"$file"
}

# --- running -------------------------------------------------------------------------------------

backend_pid=''
device_pid=''
reader=''

launch() { # NAME: starts the stub of $directory/NAME in a session of its own; sets launched
  mkdir -p "$directory/$1/run/armature" "$directory/$1/var/log/armature"
  ARMATURE_PHASE_PIPE=$directory/phases setsid \
    "$directory/$1/opt/armature/bin/armature" --root "$directory/$1" device \
    >>"$directory/$1/var/log/armature/console.log" 2>&1 </dev/null 3>&- &
  launched=$!
}

await_phase() { # NAME PHASE: reads phases until that one; fails with the reason
  while :; do
    next_phase 90 "$directory/phase"
    case $line in
      "$2 "*) return 0 ;;
      exit*)
        tail -n 5 "$directory/$1/var/log/armature/console.log" >&2
        line=${line#exit }
        printf 'armature: the %s ended with status %s before %s\n' "$1" "${line%% *}" "$2" >&2
        return 1
        ;;
      late)
        printf 'armature: the %s did not reach %s within 90 s\n' "$1" "$2" >&2
        (run_client "$directory/$1" boot timeline) >&2 || :
        return 1
        ;;
    esac
  done
}

halt() { # NAME PID: ends a stub that this shell started
  [ -n "$2" ] || return 0
  kill -s TERM "$2" 2>/dev/null || :
  code=0
  wait "$2" || code=$?
  while kill -s 0 "$2" 2>/dev/null; do
    code=0
    wait "$2" || code=$?
  done
  [ "$code" -eq 0 ] || printf 'armature: the %s ended with status %s\n' "$1" "$code" >&2
}

halt_both() {
  trap : INT TERM HUP
  [ -z "$reader" ] || kill -s TERM "$reader" 2>/dev/null || :
  halt device "$device_pid"
  halt backend "$backend_pid"
  exec 3>&-
  rm -f "$directory/phases" "$directory/phase"
}

start_backend() {
  printf 'armature: starting the backend in %s\n' "$directory/backend" >&2
  launch backend
  backend_pid=$launched
  await_phase backend system-services || give_up
}

enroll() { # makes the server known to the device, once
  etc=$directory/device/etc/armature
  [ ! -f "$etc/reporting/verification-key" ] || [ ! -f "$etc/io.armature.reporting.mqtt.json" ] ||
    return 0
  mkdir -p "$etc"
  (run_client "$directory/backend" backend enroll "$device_id" \
    --out "$etc") >&2 || {
    printf 'armature: the device could not be enrolled\n' >&2
    give_up
  }
}

start_device() {
  root=$directory/device
  (train) || :
  printf 'armature: starting the device in %s\n' "$root" >&2
  launch device
  device_pid=$launched
  await_phase device "${until:-system-services}" || give_up
}

give_up() {
  halt_both
  exit 1
}

interrupted() { # STATUS
  printf '\narmature: stopping\n' >&2
  halt_both
  exit "$1"
}

start_time() { # PID: prints when the process started, in ticks; empty if it has gone
  [ -r "/proc/$1/stat" ] || return 0
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # shellcheck disable=SC2086 # fields are words
  set -- ${stat##*) }
  shift 19
  printf '%s\n' "$1"
}

checkout_up() {
  prepare "$profile" "$directory/device"
  prepare backend "$directory/backend"
  make_device_id
  rm -f "$directory/phases"
  mkfifo "$directory/phases"
  exec 3<>"$directory/phases"
  trap 'interrupted 130' INT TERM HUP
  start_backend
  enroll
  start_device
  (run_client "$directory/device" boot timeline) || :
  if [ -n "$until" ]; then
    halt_both
    exit 0
  fi
  root=$directory/device
  [ ! -r "$root/run/armature/console.url" ] ||
    printf 'armature: console at %s\n' "$(cat "$root/run/armature/console.url")" >&2
  if [ -n "$detach" ]; then
    for pid in "$device_pid" "$backend_pid"; do
      printf '%s %s\n' "$pid" "$(start_time "$pid")"
    done >"$directory/up"
    printf "armature: running; 'armature stop' ends it\n" >&2
    exit 0
  fi
  trap 'interrupted 0' INT TERM HUP
  printf 'armature: running; Ctrl-C ends it\n' >&2
  line=
  while [ "${line#exit}" = "$line" ]; do
    next_phase 86400 "$directory/phase"
  done
  line=${line#exit }
  printf 'armature: %s ended with status %s\n' "${line#* }" "${line%% *}" >&2
  give_up
}

checkout_device() {
  prepare "$profile" "$directory/device"
  make_device_id
  root=$directory/device
  (train) || :
  exec "$root/opt/armature/bin/armature" --root "$root" device
}

checkout_backend() {
  prepare backend "$directory/backend"
  root=$directory/backend
  [ -n "${ARMATURE_PHASE_PIPE:-}" ] || tell_when_ready
  exec "$root/opt/armature/bin/armature" --root "$root" device
}

tell_when_ready() { # of the backend that this shell is about to become
  export ARMATURE_PHASE_PIPE="$root/run/phases"
  mkdir -p "$root/run"
  rm -f "$ARMATURE_PHASE_PIPE"
  mkfifo "$ARMATURE_PHASE_PIPE"
  (
    trap '' INT TERM HUP # it ends with the backend
    while read -r phase _; do
      case $phase in
        system-services) printf 'armature: the backend in %s is ready; Ctrl-C ends it\n' "$root" >&2 ;;
        exit) break ;;
      esac
    done <"$ARMATURE_PHASE_PIPE"
    rm -f "$ARMATURE_PHASE_PIPE"
  ) &
}

nothing_detached() { # fails: nothing, or what 'up --detach' did not start
  for name in device backend; do
    root=$directory/$name
    ! running || fail 1 "process $pid runs in $root, but not by 'up --detach': end it where it runs"
  done
  fail 3 "nothing runs in $directory"
}

checkout_stop() {
  [ -s "$directory/up" ] || nothing_detached
  code=0
  while read -r pid started; do
    [ "$(start_time "$pid")" = "${started:-unknown}" ] || continue
    kill -s TERM "$pid" 2>/dev/null || continue
    timeout 10 tail --pid="$pid" -s 0.05 -f /dev/null || {
      printf 'armature: process %s does not end\n' "$pid" >&2
      code=1
    }
  done <"$directory/up"
  [ "$code" -ne 0 ] || rm -f "$directory/up" "$directory/phases"
  exit "$code"
}

in_directory() { # COMMAND: prints how to call it for $directory
  if [ "$directory" = "${caller%/}/run" ]; then
    printf 'armature %s\n' "$1"
  else
    printf 'armature %s --dir %s\n' "$1" "$directory"
  fi
}

detached() { # PID: whether that stub's appliance was started by 'up --detach'
  parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) || return 1
  while read -r stub_pid started; do
    [ "$stub_pid" != "$1" ] && [ "$stub_pid" != "$parent" ] ||
      [ "$(start_time "$stub_pid")" != "${started:-unknown}" ] || return 0
  done 2>/dev/null <"$directory/up"
  return 1
}

checkout_clean() {
  [ -d "$directory" ] || return 0
  read -r word version origin 2>/dev/null <"$directory/$mark" || word=
  [ "$word ${version:-}" = "armature-run 1" ] ||
    fail 1 "clean: $directory was not made by 'armature up' (no $mark in it): nothing is removed"
  for name in device backend; do
    root=$directory/$name
    running || continue
    hint='end it where it runs, with Ctrl-C'
    ! detached "$pid" || hint="'$(in_directory stop)' ends it"
    fail 1 "still running in $root: process $pid ($hint)"
  done
  rm -rf "$directory/device" "$directory/backend" "$directory/up" "$directory/phases"
  rm -f "$directory/$mark"
  [ "$origin" != made ] || rmdir "$directory" 2>/dev/null || :
}
