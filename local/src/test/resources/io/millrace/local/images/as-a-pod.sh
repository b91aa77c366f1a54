# as-a-pod.sh ROOT USER SCRIPT...: mounts ROOT as a strict pod has it (read-only, /tmp not executable, the data folder the user's) and goes on.
set -eu
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o noexec,mode=1777 none "$root/tmp"
mount -t tmpfs -o "uid=$user,gid=$user" none "$root/var/lib/millrace"
exec "$@"
