/** Traces that the real tools print of real packets in a network namespace: every event must be found in the listed ruleset. For test-kernel.ts. */
import { linkRuleset } from '../model/link.ts';
import { terminalStatement } from '../model/rule.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import type { Trace, TraceEvent } from '../model/trace.ts';
import { tracedStep } from '../model/trace-rules.ts';
import { readDocument } from '../parse/read.ts';
import { runInNamespace } from './kernel.ts';

const RULES = `table inet t {
	map m { type inet_service : verdict; elements = { 22 : accept, 80 : jump web } }
	chain web { counter; tcp dport 80 accept; }
	chain end { udp dport 1 accept; }
	chain pre { type filter hook prerouting priority -350; policy accept; meta nftrace set 1; }
	chain out { type filter hook output priority -350; meta nftrace set 1; }
	chain in {
		type filter hook input priority filter; policy drop;
		ct state new meta mark set 0x5
		tcp dport vmap @m
		udp dport 53 log prefix "dns " accept
		udp dport 54 return
		udp dport 55 goto end
		udp dport 56-60 drop
	}
}
`;

/** Sends packets to closed and open ports of the namespace itself. */
const SENDER = `
const dgram = require('dgram'), net = require('net');
const socket = dgram.createSocket('udp4');
for (const port of [53, 54, 55, 56, 99]) socket.send('x', port, '127.0.0.1');
for (const port of [22, 80, 81]) net.connect({ port, host: '127.0.0.1', timeout: 200 }).on('error', () => {}).on('timeout', function () { this.destroy(); });
setTimeout(() => process.exit(0), 600);
`;

const SCRIPT = `
ip link set lo up
nft -f - <<'EOF'
${RULES}EOF
iptables-nft -N UC
iptables-nft -A INPUT -p udp -m comment --comment "to UC" -j UC
iptables-nft -A UC -p udp -m udp --dport 54 -j RETURN
iptables-nft -A UC -p udp -m udp --dport 99 -j DROP
iptables-nft -A INPUT -p tcp -m tcp --dport 81 -j REJECT --reject-with tcp-reset
iptables-nft -A INPUT -m mark --mark 0x0 -g UC
nft monitor trace > monitor.txt & first=$!
nft -a monitor trace > handles.txt & second=$!
xtables-monitor --trace > xtables.txt & third=$!
sleep 0.5
"${process.execPath}" -e "${SENDER.replace(/\n/g, ' ')}"
sleep 0.5
kill $first $second $third
`;

const OUTPUTS = ['cat monitor.txt', 'cat handles.txt', 'cat xtables.txt', 'nft -a list ruleset', 'iptables-nft-save'];

export function checkTraces(check: (name: string, problem: string | null) => void): void {
  const [monitor = '', handles = '', xtables = '', listing = '', saved = ''] = runInNamespace(
    'bash FILE',
    SCRIPT,
    OUTPUTS,
  );
  const listed = linkRuleset(readDocument(0, 'listing', listing));
  const both = linkRuleset([...readDocument(0, 'listing', listing), ...readDocument(1, 'saved', saved)]);
  checkOutput(check, 'nft monitor trace', monitor, listed);
  checkOutput(check, 'nft -a monitor trace', handles, listed);
  checkOutput(check, 'nft monitor trace, beside iptables-save', monitor, both);
  checkOutput(check, 'xtables-monitor --trace', xtables, both);
}

function checkOutput(
  check: (name: string, problem: string | null) => void,
  name: string,
  output: string,
  ruleset: Ruleset,
): void {
  const dumps = readDocument(0, name, output);
  const traces = dumps.flatMap((dump) => dump.traces ?? []);
  const skipped = dumps.flatMap(({ diagnostics }) => diagnostics).map(({ message }) => message);
  check(`trace: ${name}: lines that are not read`, skipped[0] ?? null);
  const steps = traces.flatMap(({ events }) => events).filter(({ kind }) => kind !== 'packet' && kind !== 'connection');
  // Eight packets, most of them on two ways, and answers.
  check(`trace: ${name}: packets`, traces.length >= 16 ? null : `${traces.length} packets`);
  for (const event of steps) check(`trace: ${name}`, stepProblem(ruleset, event, output));
  for (const trace of traces) check(`trace: ${name}`, packetProblem(trace));
}

function stepProblem(ruleset: Ruleset, event: TraceEvent, output: string): string | null {
  const line = output.slice(event.span.start, event.span.end);
  const step = tracedStep(ruleset, event);
  if (!step) return `not found: ${line}`;
  if (step.kind !== 'rules') return step.kind === event.kind ? null : `another step: ${line}`;
  if (step.rules.length !== 1) return `${step.rules.length} rules: ${line}`;
  const said = event.kind === 'rule' ? event.verdict : null;
  return said === null || mayGive(step.rules[0] as Rule, said.kind) ? null : `another verdict: ${line}`;
}

/** Whether the rule can end in that verdict. */
function mayGive(rule: Rule, verdict: string): boolean {
  const last = terminalStatement(rule);
  if (last?.kind === 'verdict') return last.verdict.kind === verdict;
  if (last?.kind === 'reject') return verdict === 'drop' || verdict === 'accept';
  return last?.kind === 'vmap' || last === null ? true : verdict === 'continue';
}

/** Each trace tells its packet first. */
function packetProblem({ id, events }: Trace): string | null {
  const [first] = events;
  if (first?.kind !== 'packet') return `${id} begins with ${first?.kind ?? 'nothing'}`;
  const told = first.fields.get('ip saddr') === 0x7f00_0001 && first.fields.get('ip daddr') === 0x7f00_0001;
  return told ? null : `${id} has other addresses`;
}
