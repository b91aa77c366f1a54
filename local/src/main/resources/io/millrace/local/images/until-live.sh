# until-live.sh ROOT PORT COMMAND...: runs the command until it is live at the port (0: until it ends), and then ends it as Kubernetes does.
# Ends with 3 when the command ended before it was live.
# In name spaces of its own: its network has nobody else, and what is mounted goes with it. The command goes into ROOT by chroot.
set -u
root=$1 port=$2
shift 2

ip link set lo up &&
  mount --rbind /proc "$root/proc" &&
  mount --rbind /dev "$root/dev" || exit 1
"$@" &
pid=$!

is_live() {
  local status=""
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r status <&3
  exec 3>&-
  [[ $status == *" 200 "* ]]
}

if [ "$port" -ne 0 ]; then
  until (is_live) 2>/dev/null; do
    kill -0 $pid 2>/dev/null || exit 3
    sleep 0.1
  done
  kill -TERM $pid 2>/dev/null
fi
wait $pid
