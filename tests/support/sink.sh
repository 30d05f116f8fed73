# Puts a command into a network of its own, in which everything that would leave this machine is counted by where it was going, and
# refused. Names are asked for at an address outside, so that asking is leaving.
set -e
ip link set lo up
ip tuntap add sink mode tun
ip link set sink up
ip address add 192.0.2.1/24 dev sink
ip route add default dev sink
nft -f - <<'END'
table inet sink {
  set left { type ipv4_addr . inet_service; flags dynamic; size 4096; }
  chain leaving {
    type filter hook output priority 0;
    oifname "lo" accept
    meta l4proto { tcp, udp } update @left { ip daddr . th dport counter }
    reject
  }
}
END
resolver=$(mktemp)
echo 'nameserver 198.51.100.53' > "$resolver"
mount --bind "$resolver" /etc/resolv.conf
rm "$resolver"
export SALLYPORT_TEST_CUT_OFF=1 SALLYPORT_TEST_SINK=1
exec "$@"
