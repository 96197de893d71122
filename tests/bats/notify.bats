#!/usr/bin/env bats
# notify.bats - NOTIFY_SOCKET: readiness passed from the container to the service manager.
load helpers

# A service manager: writes every datagram to $WORK/got, closes descriptors at once.
manager ()
{
  require_program python3
  background python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
out = open(sys.argv[2], "w", buffering=1)
while True:
    data, fds, flags, addr = socket.recv_fds(s, 4096, 4)
    out.write(data.decode() + "\n")
    for fd in fds:
        import os
        os.close(fd)
' "$WORK/manager" "$WORK/got"
  wait_for 5 test -S "$WORK/manager"
}

# Python in the container is too much to ask for: the test speaks through the state directory, where the socket lies.
say ()
{
  python3 -c '
import socket, sys, os
os.chdir(sys.argv[1])
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("notify.sock")
s.send(sys.argv[2].encode())' "$STATE_ROOT/$ID/notify" "$1"
}

got ()
{
  grep -qx "$1" "$WORK/got"
}

@test "READY is passed on with MAINPID and a barrier" {
  manager
  # shellcheck disable=SC2016 # the container's shell
  args sh -c 'echo "$NOTIFY_SOCKET" >/name; ls -l "$NOTIFY_SOCKET" >/socket; sleep 1000'
  NOTIFY_SOCKET=$WORK/manager create_container
  begin=$(date +%s%N)
  perry start "$ID"
  [ $((($(date +%s%N) - begin) / 1000000)) -lt 2000 ]
  wait_for 5 test -s "$ROOTFS/socket"
  assert_equal /run/notify/notify.sock "$(cat "$ROOTFS/name")"
  grep -q '^srwxrwxrwx' "$ROOTFS/socket"
  say 'STATUS=warming up'
  say $'STATUS=done\nREADY=1'
  wait_for 5 got BARRIER=1
  assert_equal "READY=1
MAINPID=$(pid_of "$ID")
BARRIER=1" "$(cat "$WORK/got")"
}

@test "the proxy ends with the container" {
  manager
  NOTIFY_SOCKET=$WORK/manager create_container
  perry start "$ID"
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  perry delete "$ID"
  no_proxy () { ! pgrep -f -- "--root $STATE_ROOT start" >/dev/null; }
  wait_for 3 no_proxy
  [ ! -s "$WORK/got" ]
}

@test "start does not keep its caller's pipe open" {
  manager
  NOTIFY_SOCKET=$WORK/manager create_container
  run timeout 5 sh -c '"$@" | cat' sh "$PERRY" --root "$STATE_ROOT" start "$ID" 3>&-
  assert_success
}
