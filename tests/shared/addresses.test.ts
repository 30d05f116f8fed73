import { expect, test } from "vitest";
import { readAddress, readCidr } from "#lib/shared/addresses.ts";

test.each([
  ["0.0.0.0", "0.0.0.0", 0n],
  ["255.255.255.255", "255.255.255.255", 0xffffffffn],
  ["203.0.113.7", "203.0.113.7", 0xcb007107n],
  ["::", "::", 0n],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1", 0x20010db8000000000000000000000001n],
  ["2001:db8::0001", "2001:db8::1", 0x20010db8000000000000000000000001n],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 0x00010002000300040005000600070000n],
  ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 0x20010000000000010000000000000001n],
])("reads the address %s as %s", (text, canonical, value) => {
  expect(readAddress(text)).toMatchObject({ ok: true, value: { text: canonical, value } });
});

test.each([
  ["", "Write an address, such as 203.0.113.7 or 2001:db8::7."],
  [" 10.0.0.1", "There is a space at position 1."],
  ["10.0.0.1 ", "There is a space at position 9."],
  ["10.0.0.1\n", "The character U+000A at position 9 is not allowed: only plain ASCII is."],
  ["10.0.0.1\u200b", "The character U+200B at position 9 is not allowed: only plain ASCII is."],
  ["10.0.0.١", "The character “١” (U+0661) at position 8 is not allowed: only plain ASCII is."],
  ["１0.0.0.1", "The character “１” (U+FF11) at position 1 is not allowed: only plain ASCII is."],
  ["10。0。0。1", "The character “。” (U+3002) at position 3 is not allowed: only plain ASCII is."],
  ["10.0.0", "10.0.0 has 3 of the four parts of an IPv4 address."],
  ["10.1", "10.1 has 2 of the four parts of an IPv4 address."],
  ["167772161", "167772161 has 1 of the four parts of an IPv4 address."],
  ["10.0.0.1.1", "10.0.0.1.1 has 5 of the four parts of an IPv4 address."],
  ["10..0.1", "10..0.1 has an empty part."],
  ["010.0.0.1", "010.0.0.1 has a leading zero in “010”, which some programs read as octal."],
  ["10.0.0.00", "10.0.0.00 has a leading zero in “00”, which some programs read as octal."],
  ["0x0a.0.0.1", "0x0a.0.0.1 is written in hexadecimal: use decimal numbers."],
  ["10.0.0.256", "10.0.0.256 has a part above 255: “256”."],
  ["10.0.0.99999999999", "10.0.0.99999999999 has a part above 255: “99999999999”."],
  ["+10.0.0.1", "+10.0.0.1 is not an address."],
  ["10.0.0.1:443", "10.0.0.1:443 carries a port: the port has its own field."],
  ["localhost", "localhost is not an address."],
  ["[::1]", "Leave out the brackets."],
  ["fe80::1%eth0", "fe80::1%eth0 carries a zone id, which means nothing beyond one machine: leave out “%…”."],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.1 is the IPv4 address 10.0.0.1 in IPv6 form: write that."],
  [
    "0:0:0:0:0:ffff:10.0.0.1",
    "0:0:0:0:0:ffff:10.0.0.1 is the IPv4 address 10.0.0.1 in IPv6 form: write that.",
  ],
  ["::ffff:0a00:0001", "::ffff:0a00:0001 is the IPv4 address 10.0.0.1 in IPv6 form: write that."],
  ["::10.0.0.1", "::10.0.0.1 is the IPv4 address 10.0.0.1 in IPv6 form: write that."],
  [
    "64:ff9b::10.0.0.1",
    "64:ff9b::10.0.0.1 mixes IPv4 and IPv6 notation: write the last two groups in hexadecimal.",
  ],
  ["::ffff:010.0.0.1", "010.0.0.1 has a leading zero in “010”, which some programs read as octal."],
  ["1::2::3", "1::2::3 has more than one “::”."],
  [":::", "::: has more than one “::”."],
  [":1::", ":1:: begins or ends with a single “:”."],
  ["1:2", "1:2 has 2 of the eight groups of an IPv6 address."],
  ["1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9 has 9 of the eight groups of an IPv6 address."],
  ["1:2:3:4::5:6:7:8", "1:2:3:4::5:6:7:8 has a “::” that stands for nothing."],
  ["12345::", "12345:: has a group of more than four digits: “12345”."],
  ["2001:db8::g", "2001:db8::g is not an address: “g” cannot stand in IPv6."],
])("refuses the address %j: %s", (text, problem) => {
  expect(readAddress(text)).toEqual({ ok: false, problem });
});

test.each([
  ["10.0.0.0/24", "10.0.0.0/24"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["10.0.0.5", "10.0.0.5/32"],
  ["2606:4700::/32", "2606:4700::/32"],
  ["2606:4700:0::/32", "2606:4700::/32"],
  ["::/0", "::/0"],
  ["2001:DB8::1", "2001:db8::1/128"],
])("reads the network %s as %s", (text, canonical) => {
  expect(readCidr(text)).toMatchObject({ ok: true, value: { text: canonical } });
});

test.each([
  ["", "Write a network, such as 203.0.113.0/24 or 2001:db8::/32."],
  ["10.0.0.5/24", "10.0.0.5/24 has host bits set: did you mean 10.0.0.0/24?"],
  ["2606:4700::1/32", "2606:4700::1/32 has host bits set: did you mean 2606:4700::/32?"],
  ["10.0.0.0/33", "/33 is too long: an IPv4 prefix ends at /32."],
  ["10.0.0.0/999999999999", "/999999999999 is too long: an IPv4 prefix ends at /32."],
  ["::/129", "/129 is too long: an IPv6 prefix ends at /128."],
  ["10.0.0.0/", "The prefix length after “/” is missing: /32 is this one address."],
  ["10.0.0.0/024", "“/024” has a leading zero: write /24."],
  ["10.0.0.0/-1", "“/-1” is not a prefix length."],
  ["10.0.0.0/+8", "“/+8” is not a prefix length."],
  ["10.0.0.0/8/8", "10.0.0.0/8/8 has more than one “/”."],
  ["10.0.0.0/255.255.255.0", "Write the netmask 255.255.255.0 as a prefix length: 10.0.0.0/24."],
  ["10.0.0.0/255.0.255.0", "“/255.0.255.0” is not a prefix length."],
  ["10.0.0.1-10.0.0.9", "Write a range as one or more networks, each with its prefix length."],
  ["10.0.0.0 /8", "There is a space at position 9."],
  ["::ffff:10.0.0.0/104", "::ffff:10.0.0.0 is the IPv4 address 10.0.0.0 in IPv6 form: write that."],
])("refuses the network %j: %s", (text, problem) => {
  expect(readCidr(text)).toEqual({ ok: false, problem });
});
