import { describe, expect, test } from 'vitest';
import { sampleDocuments, sampleIds } from '../../../samples/summarise.ts';
import { parseIp } from '../../base/ip.ts';
import { checkForm, hasErrors } from '../../packet/check.ts';
import { packetLine } from '../../packet/line.ts';
import { contextOf, factsOf } from '../testing.ts';
import { buildPacketFacts } from './packet-facts.ts';
import { buildPresets } from './presets.ts';

const sampleFacts = (id: string) => factsOf(...sampleDocuments(id).map(({ text }) => text));
const lines = (id: string) =>
  buildPresets(sampleFacts(id), 'ip').map(({ title, packet }) => `${title}: ${packetLine(packet)}`);

describe('presets', () => {
  test.each(sampleIds())('of %s are complete packets of their own', (id) => {
    const facts = sampleFacts(id);
    const presets = buildPresets(facts, 'ip');
    expect(presets.length).toBeGreaterThan(1);
    expect(new Set(presets.map((preset) => preset.id)).size).toBe(presets.length);
    for (const { packet, title, sentence } of presets) {
      expect(title).not.toBe('');
      expect(sentence).toMatch(/[.?]$/);
      expect(hasErrors(checkForm(packet))).toBe(false);
    }
  });

  test('a Calico node: pods, Services, NodePorts, and the node itself', () => {
    expect(lines('six-writers')).toEqual([
      'Pod → Service: TCP 10.244.226.74:40000 → 10.107.14.88:80 SYN, ct new in cali71ff831e812',
      'Node → Service: TCP 192.168.56.21:40000 → 10.105.62.9:80 SYN, ct new',
      'Outside → NodePort 31080: TCP 198.51.100.7:40000 → 192.168.56.21:31080 SYN, ct new in eth0',
      'Pod → pod, other node: TCP 10.244.226.68:40000 → 10.244.152.131:80 SYN, ct new in cali382dba89b87',
      'Pod → pod, same node: TCP 10.244.226.68:40000 → 10.244.226.69:9402 SYN, ct new in cali382dba89b87 out calib31ad56ad1d',
      'Pod → internet: TCP 10.244.226.68:40000 → 192.0.2.10:443 SYN, ct new in cali382dba89b87 out eth0',
      'Container → internet: TCP 172.17.0.2:40000 → 192.0.2.10:443 SYN, ct new in docker0 out eth0',
      'Outside → load balancer: TCP 198.51.100.7:40000 → 192.168.56.240:80 SYN, ct new in eth0',
      'Service without endpoints: TCP 192.168.56.21:40000 → 10.103.119.28:80 SYN, ct new',
      'Outside → published port 5000: TCP 198.51.100.7:40000 → 192.168.56.21:5000 SYN, ct new in eth0',
      'Outside → this node: ssh: TCP 198.51.100.7:40000 → 192.168.56.21:22 SYN, ct new in eth0',
      'This node → internet: TCP 192.168.56.21:40000 → 192.0.2.10:443 SYN, ct new out eth0',
    ]);
  });

  test('a router: LAN, internet, port forwards', () => {
    expect(lines('home-router')).toEqual([
      'Internet → port forward 51820: UDP 198.51.100.7:40000 → 203.0.113.77:51820 ct new in ppp0',
      'Internet → port forward 2222: TCP 198.51.100.7:40000 → 203.0.113.77:2222 SYN, ct new in ppp0',
      'Internet → port forward 443: TCP 198.51.100.7:40000 → 203.0.113.77:443 SYN, ct new in ppp0',
      'LAN → internet: TCP 192.168.1.100:40000 → 203.0.113.80:443 SYN, ct new in wlan0 out ppp0',
      'LAN → this node: ssh: TCP 192.168.1.100:40000 → 203.0.113.77:22 SYN, ct new in wlan0',
      'Outside → this node: ssh: TCP 198.51.100.7:40000 → 203.0.113.77:22 SYN, ct new in ppp0',
      'This node → internet: TCP 203.0.113.77:40000 → 203.0.113.80:443 SYN, ct new out ppp0',
    ]);
  });

  test('whoever stands in is said, and is nobody whom the rules name', () => {
    const facts = sampleFacts('home-router');
    const named = facts.prefixes.map(({ network }) => network);
    for (const { packet, notes } of buildPresets(sampleFacts('docker-ufw'), 'ip')) {
      const made = [packet.src, packet.dst].includes('192.0.2.10');
      expect(notes.some((note) => note.startsWith('192.0.2.10 stands for the node’s address'))).toBe(made);
    }
    const outside = buildPresets(facts, 'ip').find(({ id }) => id === 'outside-node')?.packet.src;
    expect(outside).toBe('198.51.100.7');
    // 192.0.2.0/24 is one of the router's bogons.
    expect(named.some(({ value, length }) => value === 0xc0000200 && length === 24)).toBe(true);
  });

  test('a pod is none of the containers, also where no dump tells which pods run here', () => {
    const told = sampleDocuments('six-writers').filter(({ text }) => !text.startsWith('create '));
    const of = (dumps: readonly { text: string }[]) => buildPresets(factsOf(...dumps.map(({ text }) => text)), 'ip');
    const [first] = of(told);
    expect(first?.title).toBe('Pod → Service');
    expect(first?.packet.src).toMatch(/^10\.244\./);
    expect(first?.packet.iif).toMatch(/^cali/);
    expect(first?.notes[0]).toMatch(/does not tell which pods run here/);
  });

  test('where a pod’s interface is a guess, it is one that lets something through', () => {
    const facts = factsOf(
      ...sampleDocuments('six-writers').flatMap(({ name, text }) => (/legacy|nft$/.test(name) ? [text] : [])),
    );
    const ofPod = (refused: readonly (string | undefined)[]) =>
      buildPresets(facts, 'ip', ({ iif }) => !refused.includes(iif))
        .filter(({ id }) => id === 'pod-service' || id === 'pod-internet')
        .map(({ packet }) => packet.iif);
    const [first] = ofPod([]);
    const [second, internet] = ofPod([first]);
    expect(second).not.toBe(first);
    expect(second).toMatch(/^cali/);
    expect(internet).toBe(second);
    // When nothing gets through, the first guess stands.
    const all = facts.interfaces.map(({ name }) => name);
    expect(ofPod(all)[0]).toBe(first);
  });

  test('of a node that only forwards, somebody on either side of it', () => {
    const chain = (rules: string) => `*filter\n:FORWARD ACCEPT [0:0]\n${rules}COMMIT\n`;
    const facts = factsOf(chain('-A FORWARD -p tcp --dport 22 -j DROP\n'));
    const through = buildPresets(facts, 'ip').find(({ id }) => id === 'through-node');
    expect(through?.packet).toMatchObject({ path: 'forward', src: '198.51.100.7', dst: '203.0.113.80', iif: 'eth0' });
    expect(through?.notes.join(' ')).toMatch(/stand for the two ends/);
    expect(buildPresets(factsOf(chain('')), 'ip').map(({ id }) => id)).toEqual(['outside-node', 'node-internet']);
  });

  test('without any fact the node itself is left', () => {
    expect(buildPresets(factsOf('table ip t { }'), 'ip').map(({ id }) => id)).toEqual([
      'outside-node',
      'node-internet',
    ]);
    expect(buildPresets(factsOf(''), 'ip6').map(({ packet }) => packet.dst)).toEqual([
      '2001:db8:2::10',
      '2001:db8:113::80',
    ]);
  });

  test('IPVS: packets to a Service go to the node, and the endpoint’s choice is in no dump', () => {
    const facts = factsOf(
      'create KUBE-CLUSTER-IP hash:ip,port family inet\nadd KUBE-CLUSTER-IP 10.96.0.10,udp:53\ncreate KUBE-LOOP-BACK hash:ip,port,ip family inet\nadd KUBE-LOOP-BACK 10.244.1.5,tcp:8080,10.244.1.5\n',
    );
    const [node] = buildPresets(facts, 'ip').filter(({ id }) => id === 'node-service');
    expect(node?.packet).toMatchObject({ dst: '10.96.0.10', dport: '53', proto: 'udp' });
    expect(node?.notes.join()).toContain('IPVS');
  });
});

test('what the page is told of a dump', () => {
  const facts = buildPacketFacts(contextOf(...sampleDocuments('home-router').map(({ text }) => text)));
  expect(facts.interfaces).toEqual(['ppp0', 'wlan0', 'lan0', 'lo']);
  expect(facts.addresses).toEqual([{ address: '203.0.113.77', assumed: true, why: 'its ports are forwarded' }]);
  expect(facts.tested).toContain('length');
  expect(
    facts.presets
      .filter(({ family }) => family === 'ip6')
      .every(({ packet }) => parseIp(packet.dst ?? '')?.family === 'ip6'),
  ).toBe(true);
});
