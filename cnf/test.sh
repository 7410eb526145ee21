# 'armature test': sourced by checkout.sh with its arguments; uses fail, usage, forget_unchecked and the
# variables checkout and built of ../armature and checkout.sh. Ends with the line "N passed, N failed,
# N skipped"; 0 if nothing failed.
# shellcheck shell=sh disable=SC2154,SC2317

test_help() {
  cat <<'END'
armature test [--fast|--long] [--no-install]
  --fast        unit, contract and architecture tests
  (neither)     these, and container, fault and system tests in their short forms
  --long        everything in its long form, and whether two clean builds give the same bytes
  --no-install  install no Debian package, skip what needs one that is missing
END
}

test_options() { # ARGUMENT…: sets tier and install
  tier=default install=yes
  for option in "$@"; do
    case $option in
      --fast|--long)
        [ "$tier" = default ] || usage "test: --fast and --long exclude each other"
        tier=${option#--}
        ;;
      --no-install) install='' ;;
      --help|-h)
        test_help
        exit 0
        ;;
      *) usage "test: unknown argument '$option'" ;;
    esac
  done
}

test_jdk() { # sets JAVA_HOME to a JDK 17, or leaves what there is
  for home in /usr/lib/jvm/java-17-openjdk-* /usr/lib/jvm/*17*; do
    if [ -x "$home/bin/javac" ]; then
      export JAVA_HOME="$home"
      return 0
    fi
  done
  command -v javac >/dev/null
}

test_missing() { # sets missing to the Debian packages that the tier lacks, needed to those it must have
  missing='' needed=''
  test_jdk || needed="openjdk-17-jdk-headless"
  command -v mvn >/dev/null || needed="${needed:+$needed }maven"
  [ -f /etc/ssl/certs/ca-certificates.crt ] || needed="${needed:+$needed }ca-certificates"
  missing=$needed
  if [ "$tier" != fast ]; then
    command -v chromium >/dev/null || missing="${missing:+$missing }chromium"
    [ -d /usr/share/fonts/truetype/dejavu ] || missing="${missing:+$missing }fonts-dejavu-core"
    [ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null ||
      missing="${missing:+$missing }mosquitto"
    command -v ip >/dev/null && command -v tc >/dev/null || missing="${missing:+$missing }iproute2"
    command -v nft >/dev/null || missing="${missing:+$missing }nftables"
    command -v openssl >/dev/null || missing="${missing:+$missing }openssl"
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="${missing:+$missing }postgresql"
    command -v dbus-daemon >/dev/null || missing="${missing:+$missing }dbus-daemon"
    command -v busctl >/dev/null || missing="${missing:+$missing }systemd"
    command -v python3 >/dev/null || missing="${missing:+$missing }python3"
    # Not any python3 of the path: processes of other users run it.
    [ -x /usr/bin/python3 ] || missing="${missing:+$missing }python3"
  fi
  if [ "$tier" = long ]; then
    command -v strace >/dev/null || missing="${missing:+$missing }strace"
    ! test_guests_fit || test_missing_for_guests
  fi
}

test_guests_fit() { # whether virtual machines for tests fit this machine
  [ "$(uname -m)" = x86_64 ]
}

test_missing_for_guests() { # adds to missing
  command -v qemu-system-x86_64 >/dev/null || missing="${missing:+$missing }qemu-system-x86"
  [ -x /bin/busybox ] || missing="${missing:+$missing }busybox-static"
  command -v secilc >/dev/null || missing="${missing:+$missing }secilc"
  [ -x /usr/sbin/debugfs ] || [ -x /sbin/debugfs ] || missing="${missing:+$missing }e2fsprogs"
}

test_guest_kernel() { # fetches it, if that is allowed and possible
  [ "$tier" = long ] && [ -n "$install" ] && test_guests_fit || return 0
  "$checkout/cnf/guest-kernel.sh" >"$reports/guest-kernel.log" 2>&1 ||
    printf 'armature: no kernel for guests, tests in them are skipped (see %s)\n' \
      "$reports/guest-kernel.log" >&2
}

test_install() { # installs what is missing, if that is allowed and possible
  test_missing
  [ -n "$missing" ] || return 0
  if [ -n "$install" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    printf 'armature: installing Debian packages: %s\n' "$missing" >&2
    # No service of these packages is to start: tests start their own.
    # shellcheck disable=SC2086 # packages are words
    { apt-get update -q && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends $missing; } >"$reports/install.log" 2>&1 ||
      printf 'armature: could not install all of: %s (see %s)\n' "$missing" "$reports/install.log" >&2
    test_missing
  fi
  [ -z "$needed" ] || fail 1 "missing Debian packages: $needed (run: apt-get install $needed)"
  [ -z "$missing" ] || printf 'armature: tests that need these are skipped: %s\n' "$missing" >&2
}

test_case() { # NAME COMMAND…: runs a check that is no JUnit test, into a report of the same form
  name=$1
  shift
  printf 'armature: %s\n' "$name" >&2
  if "$@" >"$reports/$name.log" 2>&1; then
    printf 'passed %s\n' "$name" >>"$reports/checks"
  else
    tail -n 20 "$reports/$name.log" >&2
    printf 'failed %s, see %s\n' "$name" "$reports/$name.log" >>"$reports/checks"
  fi
}

test_smoke() { # HOME: boots an appliance with that JVM until everything is up
  smoke_root=$reports/smoke-${1##*/}
  rm -rf "$smoke_root"
  code=0
  (
    cd "$checkout"
    version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
      sed -n 's/^ *java.specification.version = //p')
    ARMATURE_JVM=$version JAVA_HOME=$1 ./armature up --until system-services --dir "$smoke_root" --no-install
  ) || code=1
  rm -rf "$smoke_root"
  return "$code"
}

test_other_jdks() { # a smoke run on each other JDK from 21
  for java in /usr/lib/jvm/*/bin/java; do
    home=${java%/bin/java}
    if [ ! -x "$java" ] || [ -L "$home" ] || [ ! -r "$home/release" ]; then
      continue
    fi
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    [ "${version:-0}" -ge 21 ] || continue
    test_case "smoke-on-${home##*/}" test_smoke "$home"
  done
}

test_run() {
  case $tier in
    fast) maven_flags="-Darmature.fast=true" ;;
    long) maven_flags="-Darmature.long=true" ;;
    *) maven_flags='' ;;
  esac
  find "$checkout" -type d \( -name surefire-reports -o -name failsafe-reports \) \
    -path '*/target/*' -prune -exec rm -rf {} +
  code=0
  forget_unchecked
  mkdir -p "${built%/*}"
  touch "$built.new"
  # shellcheck disable=SC2086 # flags are words
  mvn -B -ntp -Dstyle.color=never -f "$checkout/pom.xml" verify --fail-at-end $maven_flags || code=1
  # The images are those of 'armature up', which builds nothing anew then.
  [ "$code" -ne 0 ] || mv "$built.new" "$built"
  if [ "$code" -eq 0 ] && [ "$tier" != fast ]; then
    test_other_jdks
  fi
  [ "$tier" != long ] || test_case reproducible-build "$checkout/cnf/reproducible.sh"
  took=$(($(date +%s) - began))
  printf 'armature: took %d min %02d s\n' "$((took / 60))" "$((took % 60))"
  # The summary prints the closing line.
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$checkout/cnf/TestSummary.java" "$checkout" "$reports/checks" \
    "$code" || code=1
  exit "$code"
}

# A bare system's locale has ASCII only; arguments and file names of tests have more.
export LC_ALL=C.UTF-8
began=$(date +%s)
test_options "$@"
reports=$checkout/target/test
mkdir -p "$reports"
: >"$reports/checks"
test_install
test_guest_kernel
test_run
