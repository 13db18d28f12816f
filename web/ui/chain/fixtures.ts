/** Rows for the tests of this folder. */
import type { MatchToken, RuleRow } from '../../worker/protocol.ts';

export function token(field: string, value: string): MatchToken {
  return { field, op: '', value, meaning: null };
}

export function row(index: number, over: Partial<RuleRow> = {}): RuleRow {
  return {
    rule: 1000 + index,
    chain: 7,
    index,
    owner: 'kube-proxy-iptables',
    packets: null,
    bytes: null,
    match: [],
    verdict: { kind: 'accept', detail: '', target: null, below: 0 },
    comment: '',
    document: 'd1',
    line: 10 + index,
    span: { start: index * 40, end: index * 40 + 39 },
    ...over,
  };
}

/** A jump to a Service's chain. */
export function service(index: number, name: string): RuleRow {
  return row(index, {
    match: [token('dst', `10.96.0.${index}`), token('tcp dport', '443')],
    verdict: { kind: 'jump', detail: name, target: 50 + index, below: 3 },
  });
}
