#!/bin/sh
# Makes a podman with storage and settings of its own, and an image with a shell, for tests: make-podman.sh FOLDER
# Packages (Debian): podman runc busybox-static. FOLDER/podman is the program, localhost/shell:1 the image. Needs no registry, no network and no systemd; as root.
set -eu
mkdir -p "$1"; F=$(cd "$1" && pwd)
mkdir -p "$F/image/bin" "$F/run"
cat > "$F/storage.conf" <<END
[storage]
driver = "vfs"
graphroot = "$F/storage"
runroot = "$F/run"
END
# What a machine that is itself a container allows.
cat > "$F/containers.conf" <<END
[containers]
netns = "none"
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
END
cat > "$F/podman" <<END
#!/bin/sh
CONTAINERS_CONF='$F/containers.conf' CONTAINERS_STORAGE_CONF='$F/storage.conf' exec podman "\$@"
END
chmod +x "$F/podman"
cp /bin/busybox "$F/image/bin/"
for name in sh sleep cat ls; do ln -sf busybox "$F/image/bin/$name"; done
tar -C "$F/image" -c . | "$F/podman" import - localhost/shell:1 > /dev/null
