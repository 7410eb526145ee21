#!/bin/sh
# Whether two clean builds of the committed state give the same bytes: builds two fresh clones in
# folders of different names, and compares every jar and every image.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/armature-reproducible.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP

build() { # NAME
  git clone -q "$checkout" "$folder/$1"
  mvn -B -ntp -q -f "$folder/$1/pom.xml" package -DskipTests -Darmature.fast=true
  (
    cd "$folder/$1"
    find bundles cnf firmware-profiles -type f \( -path '*/target/*.jar' -o -path '*/target/images/*' \) \
      -exec stat -c '%n %a' {} + -exec sha256sum {} + | LC_ALL=C sort
    find firmware-profiles/target/images -mindepth 1 -exec stat -c '%n %Y' {} + | LC_ALL=C sort
  ) >"$folder/$1.facts"
}

build one
build another-name
if ! diff "$folder/one.facts" "$folder/another-name.facts"; then
  echo "reproducible: the files above differ between two builds" >&2
  exit 1
fi
echo "reproducible: $(grep -c '\.jar$' "$folder/one.facts") jars and images are the same in two builds"
