#!/usr/bin/env bash
# Packs the project, installs the package in an empty folder as a user would, and runs what is installed there.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tarball=$(npm pack --silent --pack-destination "$folder" | tail -n 1)
mkdir "$folder/empty"
cd "$folder/empty"
npm init -y >/dev/null
npm install --no-audit --no-fund --omit=dev "../$tarball"
npx --no-install regctl --version
npx --no-install registryctl --help >/dev/null
npx --no-install regctl demo >/dev/null
node --input-type=module -e "import { cases } from 'regctl-cloudfront/conformance'; if (cases.length === 0) throw new Error('no cases')"
test -f node_modules/regctl-cloudfront/dist/types/conformance/library.d.ts
test "$(find node_modules -mindepth 1 -maxdepth 1 -type d ! -name '.*' | wc -l)" -eq 1
echo "the installed package runs, and brings no dependency along"
