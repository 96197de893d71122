# compose_own_image.bash - localhost/own: the busybox image's files and what a test adds, made without a registry.
#
#   own_image <<'END' … END      shell commands that run in the new layer's root directory
#   OWN_CONFIG='"User":"web"'    further members of the image's "config"

own_image ()
{
  local layout=$WORK/own root=$WORK/own-root layer config manifest
  mkdir -p "$layout/blobs/sha256" "$root"
  tar -C "$root" -xf "$PERRY_TEST_CACHE/busybox.lower.tar"
  mkdir -p "$root/etc" && touch "$root/etc/passwd"
  (cd "$root" && bash -e -s) || return 1
  tar -C "$root" --xattrs --numeric-owner -cf "$WORK/own.tar" .
  layer=$(blob "$WORK/own.tar")
  cat >"$WORK/own.json" <<END
{"architecture":"$(dpkg --print-architecture)","os":"linux","config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]${OWN_CONFIG+,$OWN_CONFIG}},"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]}}
END
  config=$(blob "$WORK/own.json")
  cat >"$WORK/own.manifest" <<END
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$(stat -c %s "$WORK/own.json")},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:$layer","size":$(stat -c %s "$WORK/own.tar")}]}
END
  manifest=$(blob "$WORK/own.manifest")
  echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  cat >"$layout/index.json" <<END
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$manifest","size":$(stat -c %s "$WORK/own.manifest"),"annotations":{"org.opencontainers.image.ref.name":"localhost/own:latest"}}]}
END
  compose image load -i "$layout" >"$WORK/load.log" 2>&1 || fail "image load: $(cat "$WORK/load.log")"
}

# A file becomes a blob of the layout; prints its digest.
blob ()
{
  local digest
  digest=$(sha256sum "$1" | cut -d' ' -f1)
  cp "$1" "$WORK/own/blobs/sha256/$digest"
  echo "$digest"
}
