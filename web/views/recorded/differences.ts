/** Where a kernel's steps and the predicted ones are not the same, in words. */
import type { TraceStep } from '../../kernel/branch.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import { plural } from '../plural.ts';
import type { Pair } from './alignment.ts';
import type { Difference } from './recorded-answer.ts';
import type { ToldStep } from './told-steps.ts';

export type Gap = Omit<Difference, 'step'> & {
  /** Index of the told step that stands for it; null: the kernel did nothing there. */
  readonly told: number | null;
};

/**
 * `pairs`: told and predicted steps side by side. `complete`: the trace tells the packet to its end; else what was predicted behind its last step is
 * no difference.
 */
export function gapsOf(
  told: readonly ToldStep[],
  steps: readonly TraceStep[],
  pairs: readonly Pair[],
  complete: boolean,
): Gap[] {
  const gaps: Gap[] = [];
  let open: { kernel: number[]; predicted: number[] } = { kernel: [], predicted: [] };
  const close = (atEnd: boolean): void => {
    const { kernel, predicted } = open;
    open = { kernel: [], predicted: [] };
    if (kernel.length === 0 && (predicted.length === 0 || (atEnd && !complete))) return;
    gaps.push(
      ...gapOf(
        kernel.flatMap((index) => ({ index, step: told[index] as ToldStep })),
        predicted.flatMap((index) => steps[index] ?? []),
      ),
    );
  };
  for (const { a, b } of pairs) {
    if (a !== null && b !== null) close(false);
    else if (a !== null) open.kernel.push(a);
    else if (b !== null) open.predicted.push(b);
  }
  close(true);
  return gaps;
}

interface Numbered {
  readonly index: number;
  readonly step: ToldStep;
}

function* gapOf(kernel: readonly Numbered[], predicted: readonly TraceStep[]): Generator<Gap> {
  const known = kernel.filter(({ step }) => step.kind !== 'absent');
  const [first] = known;
  const [other] = predicted;
  for (const { index, step } of kernel) {
    if (step.kind !== 'absent') continue;
    const instead = first ? '.' : expectedWords(predicted, step);
    const text = `The dump has nothing like “${shortened(step.text)}”${instead}`;
    yield { text, chain: null, rule: null, told: index, ...(first || !other ? {} : stepPlace(other)) };
  }
  if (!first && kernel.length > 0) return;
  if (first) {
    const place = placeOf(first.step);
    yield { text: `${kernelWords(known, other)}${expectedWords(predicted, first.step)}`, ...place, told: first.index };
  } else if (other) {
    yield {
      text: `${capital(many(predicted))} predicted; the kernel did not come there.`,
      ...stepPlace(other),
      told: null,
    };
  }
}

function kernelWords(known: readonly Numbered[], other: TraceStep | undefined): string {
  const [first] = known;
  if (!first) return '';
  const more = known.length > 1 ? ` and ${plural(known.length - 1, 'more step')}` : '';
  return `The kernel ${verb(first.step, other)} ${toldWords(first.step)}${more}`;
}

function verb(step: ToldStep, other: TraceStep | undefined): string {
  if (step.kind === 'rule')
    return other?.type === 'rule' && step.rules.includes(other.rule) ? 'had another verdict at' : 'matched';
  return 'came to';
}

function expectedWords(predicted: readonly TraceStep[], step: ToldStep): string {
  const [other] = predicted;
  if (!other) return step.kind === 'absent' ? '.' : '; that was not predicted.';
  if (step.kind === 'rule' && other.type === 'rule' && step.rules.includes(other.rule)) {
    return `; ${other.verdict} was predicted.`;
  }
  return `; ${many(predicted)} predicted.`;
}

/** `rule 3 of forward (accept) and 2 more were`. */
function many(predicted: readonly TraceStep[]): string {
  const [first] = predicted;
  if (!first) return '';
  return predicted.length > 1
    ? `${stepWords(first)} and ${plural(predicted.length - 1, 'more step')} were`
    : `${stepWords(first)} was`;
}

function toldWords(step: ToldStep): string {
  switch (step.kind) {
    case 'rule':
      return ruleWords(step.rules[0] as Rule, step.verdict);
    case 'policy':
      return `the policy of ${step.site.base.chain.name} (${step.verdict})`;
    case 'absent':
      return step.text;
  }
}

function stepWords(step: TraceStep): string {
  switch (step.type) {
    case 'rule':
      return ruleWords(step.rule, step.verdict);
    case 'policy':
      return `the policy of ${step.site.base.chain.name} (${step.verdict})`;
    case 'return':
      return `the end of ${step.chain.name}`;
  }
}

function ruleWords({ index, chain }: Rule, verdict: string | null): string {
  return `rule ${index} of ${chain.name}${verdict === null ? '' : ` (${verdict})`}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

interface Place {
  readonly chain: number | null;
  readonly rule: number | null;
}

function placeOf(step: ToldStep): Place {
  if (step.kind === 'absent') return { chain: null, rule: null };
  if (step.kind === 'rule') return rulePlace(step.rules[0] as Rule);
  return chainPlace(step.site.base.chain);
}

function stepPlace(step: TraceStep): Place {
  if (step.type === 'rule') return rulePlace(step.rule);
  return chainPlace(step.type === 'return' ? step.chain : step.site.base.chain);
}

function rulePlace({ id, chain }: Rule): Place {
  return { chain: chain.id, rule: id };
}

function chainPlace({ id }: Chain): Place {
  return { chain: id, rule: null };
}

function shortened(text: string): string {
  const plain = text.replace(/^ ?(trace id \S+|TRACE: \d+ \S+) /, '');
  return plain.length > 90 ? `${plain.slice(0, 89)}…` : plain;
}
