/**
 * Goes through a script as a shell would, as far as its text tells: variables, functions, loops over given words, conditions on strings. Gives
 * the steps that its tools would take. What only a machine knows (files, output of programs, arguments) is not guessed: the commands that depend on
 * it are told and left out.
 *
 * Longer than most: one class, whose parts share what the script has set so far.
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { type CallSink, callSteps } from './calls.ts';
import { evaluateTest, matchesPattern } from './conditions.ts';
import { Environment, expandText, expandWords, type Field } from './expand.ts';
import { RuleSearch, spanOf } from './makes-rules.ts';
import { ScriptText } from './script-text.ts';
import type { Step } from './steps.ts';
import { type Assignment, literalOf, type Node, type Word } from './syntax.ts';
import { readCall, type ToolCall, undoes } from './tools.ts';

/** `deferred`: as the tool takes its command, which shows when the steps are run. null: nobody can tell. */
type Status = boolean | null | 'deferred';

/** Commands of one script, loops and functions multiplied. */
const MOST_COMMANDS = 300_000;
const DEEPEST_CALL = 40;
/** Programs that do not fail in what they are used for here. */
const SUCCEEDS: ReadonlySet<string> = new Set(
  ': true echo printf export set cd sleep modprobe sysctl ip mkdir touch logger umask readonly unset source . local declare typeset'.split(
    ' ',
  ),
);

type Command = Extract<Node, { kind: 'command' }>;

export interface ScriptRun {
  readonly steps: Step[];
  readonly made: ScriptText;
  readonly diagnostics: Diagnostic[];
}

/** Never throws. Cost: linear in the commands that run, at most 300,000. */
export function runScript(text: string, nodes: readonly Node[], start: number): ScriptRun {
  const runner = new Runner(text, start);
  runner.all(nodes);
  return { steps: runner.steps, made: runner.made, diagnostics: runner.diagnostics };
}

class Runner implements CallSink {
  steps: Step[] = [];
  readonly made: ScriptText;
  readonly diagnostics: Diagnostic[] = [];
  private readonly environment = new Environment();
  private readonly functions = new Map<string, readonly Node[]>();
  private readonly search: RuleSearch;
  /** Messages that were given already. */
  private readonly said = new Set<string>();
  private commands = 0;
  private calls = 0;
  /** The end of a line that takes back what another one does. */
  private undoneTo = 0;
  /** `exit` was reached, or `return` in a function. */
  private stopped = false;
  private returned = false;
  /** The network namespace of the first command. */
  private place: string | null = null;

  constructor(
    readonly text: string,
    start: number,
  ) {
    this.made = new ScriptText(text);
    this.search = new RuleSearch(text, this.functions);
    this.assumeArgument(start);
  }

  /** Scripts of services are called with `start`. */
  private assumeArgument(from: number): void {
    const found = /(?:^|[\s|("'])start(?=["']?[ \t]*[)|])|=[ \t]*["']?start["']?[ \t]*\]/.exec(this.text.slice(from));
    if (!found || !/\$\{?1\b/.test(this.text.slice(from))) return;
    const at = from + found.index + Math.max(0, found[0].indexOf('start'));
    this.environment.setArguments([{ text: 'start', unknown: false, start: at, end: at + 5 }]);
    this.report('info', 'argument-assumed', 'The script is read as if it was called with the argument “start”.', {
      start: at,
      end: at + 5,
    });
  }

  report(severity: Diagnostic['severity'], code: string, message: string, { start, end }: Span): void {
    const key = `${code} ${start} ${message}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.diagnostics.push(diagnostic(severity, code, message, { start, end }));
  }

  add(step: Step): void {
    this.steps.push(step);
  }

  /** Runs nodes in order. The status of the last. */
  all(nodes: readonly Node[]): Status {
    let status: Status = true;
    for (const node of nodes) {
      if (this.stopped || this.returned) break;
      status = this.node(node);
    }
    return status;
  }

  private node(node: Node): Status {
    switch (node.kind) {
      case 'command':
        return this.command(node);
      case 'choice':
        return this.choice(node);
      case 'pipe':
        return this.pipe(node.nodes);
      case 'not':
        return this.negated(node.node);
      case 'group':
        return this.all(node.body);
      case 'if':
        return this.conditional(node);
      case 'for':
        return this.loop(node);
      case 'while':
        return this.whileLoop(node);
      case 'case':
        return this.cases(node);
      case 'function':
        this.functions.set(node.name, node.body);
        return true;
    }
  }

  // What decides

  private negated(node: Node): Status {
    const status = this.node(node);
    if (status === 'deferred') this.add({ kind: 'not' });
    return typeof status === 'boolean' ? !status : status;
  }

  private choice({ first, operator, second }: Extract<Node, { kind: 'choice' }>): Status {
    const status = this.node(first);
    const on = operator === '&&';
    if (this.stopped || this.returned) return status;
    if (typeof status === 'boolean') return status === on ? this.node(second) : status;
    if (status === 'deferred') {
      this.add({ kind: 'choice', on, steps: this.branch([second]) });
      return 'deferred';
    }
    this.leaveOut('condition-unknown', `What stands behind “${operator}”`, spanOf(second), [second]);
    return null;
  }

  /** The steps of nodes that may not be reached. */
  private branch(nodes: readonly Node[]): Step[] {
    const outer = this.steps;
    const { stopped, returned } = this;
    this.steps = [];
    this.all(nodes);
    const made = this.steps;
    this.steps = outer;
    this.stopped = stopped;
    this.returned = returned;
    return made;
  }

  private conditional(node: Extract<Node, { kind: 'if' }>): Status {
    const status = this.all(node.condition);
    if (status === true) return this.all(node.body);
    if (status === false) return this.all(node.otherwise);
    if (status === 'deferred') {
      this.add({ kind: 'either', taken: this.branch(node.body), refused: this.branch(node.otherwise) });
      return true;
    }
    this.leaveOut('condition-unknown', 'What depends on this condition', node, [...node.body, ...node.otherwise]);
    return true;
  }

  private loop(node: Extract<Node, { kind: 'for' }>): Status {
    const fields = node.words ? expandWords(this.text, node.words, this.environment) : this.environment.allArguments();
    const known = fields?.every((field) => !field.unknown && !/[*?[]|\{\d+\.\./.test(field.text)) ?? false;
    if (!fields || !known) {
      this.leaveOut('loop-not-run', 'This loop', node, node.body);
      return true;
    }
    if (this.search.makesRules(node.body)) {
      const words = fields.length === 1 ? '1 word' : `${fields.length} words`;
      this.report(
        'info',
        'loop-run',
        `This loop is run for its ${words}: ${clip(fields.map(({ text }) => text).join(' '))}`,
        node,
      );
    }
    for (const { text } of fields) {
      if (this.stopped || this.returned) break;
      this.environment.set(node.name, { texts: [text], unknown: false });
      this.all(node.body);
    }
    return true;
  }

  /** `while iptables -D ...; do :; done` ends when there is no such rule any more; other loops are not run. */
  private whileLoop(node: Extract<Node, { kind: 'while' }>): Status {
    const outer = this.steps;
    this.steps = [];
    const status = node.condition.length > 0 ? this.all(node.condition) : null;
    const condition = this.steps;
    this.steps = outer;
    if (status === 'deferred') {
      const body = this.branch(node.body);
      this.add({ kind: 'repeat', condition, on: !node.until, body });
    } else this.leaveOut('loop-not-run', 'This loop', node, [...node.condition, ...node.body]);
    return true;
  }

  private cases(node: Extract<Node, { kind: 'case' }>): Status {
    const subject = expandText(this.text, node.subject, this.environment);
    if (subject.unknown) {
      this.leaveOut(
        'condition-unknown',
        'What depends on this case',
        node,
        node.branches.flatMap(({ body }) => body),
      );
      return true;
    }
    const found = node.branches.find(({ patterns }) =>
      patterns.some((pattern) => matchesPattern(subject.text, expandText(this.text, pattern, this.environment).text)),
    );
    return found ? this.all(found.body) : true;
  }

  /** Tells that commands are left out, if there are any for the tools among them. */
  private leaveOut(code: string, what: string, { start, end }: Span, nodes: readonly Node[]): void {
    if (!this.search.makesRules(nodes)) return;
    const message = `${what} is not run: the text does not tell what it depends on. The rules that it would make are missing here.`;
    this.report('warning', code, message, { start, end });
  }

  // Commands

  private pipe(nodes: readonly Node[]): Status {
    const last = nodes.at(-1);
    const first = nodes[0];
    if (last?.kind !== 'command' || first?.kind !== 'command') return this.all(nodes);
    const call = readCall(this.fieldsOf(last.words));
    const reads = call && (call.tool.kind !== 'tables' || call.tool.restores);
    if (!reads) {
      for (const node of nodes) this.node(node);
      return null;
    }
    return this.fed(first, nodes.length === 2, last, call);
  }

  /** `cat <<EOF | nft -f -` and `echo "..." | iptables-restore`. */
  private fed(first: Command, direct: boolean, last: Command, call: ToolCall): Status {
    const program = literalOf(first.words[0]) ?? '';
    const shown = /^(?:echo|printf)$/.test(program) ? first.words[1] : null;
    const body = program === 'cat' && first.words.length === 1 ? first.input?.body : shown;
    const input = direct && body ? { body, file: null } : { body: null, file: first.words[0] ?? null };
    return this.call(call, last, input);
  }

  private fieldsOf(words: readonly Word[]): Field[] {
    return expandWords(this.text, words, this.environment);
  }

  private command(node: Command): Status {
    if (++this.commands > MOST_COMMANDS) {
      this.report(
        'error',
        'script-too-long',
        `The script runs more than ${MOST_COMMANDS.toLocaleString('en')} commands; the rest is left out.`,
        node,
      );
      this.stopped = true;
      return null;
    }
    if (node.start < this.undoneTo) return true;
    for (const assignment of node.assignments) this.assign(assignment);
    if (node.words.length === 0) return true;
    const fields = this.fieldsOf(node.words);
    const name = fields[0]?.text ?? '';
    const body = this.functions.get(name);
    if (body) return this.callFunction(body, fields.slice(1));
    if (undoes(name)) {
      const eol = this.text.indexOf('\n', node.start);
      this.undoneTo = eol < 0 ? this.text.length : eol;
      return true;
    }
    const call = readCall(fields);
    if (call) return this.call(call, node, node.input);
    return this.other(name, fields, node);
  }

  private assign({ name, values, adds }: Assignment): void {
    const fields =
      values.length === 1 ? values.map((word) => expandText(this.text, word, this.environment)) : this.fieldsOf(values);
    const texts = fields.map(({ text }) => text);
    const unknown = fields.some((field) => field.unknown);
    const before = adds ? this.environment.get(name) : null;
    if (!before) this.environment.set(name, { texts, unknown });
    else if (values.length > 1)
      this.environment.set(name, { texts: [...before.texts, ...texts], unknown: before.unknown || unknown });
    else
      this.environment.set(name, {
        texts: [`${before.texts[0] ?? ''}${texts[0] ?? ''}`],
        unknown: before.unknown || unknown,
      });
  }

  private callFunction(body: readonly Node[], fields: readonly Field[]): Status {
    if (this.calls >= DEEPEST_CALL) return null;
    this.calls++;
    let status: Status = true;
    this.environment.withArguments(fields, () => {
      status = this.all(body);
    });
    this.calls--;
    this.returned = false;
    return status;
  }

  private other(name: string, fields: readonly Field[], node: Command): Status {
    switch (name) {
      case 'exit':
        this.stopped = true;
        this.add({ kind: 'stop' });
        return null;
      case 'return':
        this.returned = true;
        return /^0?$/.test(fields[1]?.text ?? '');
      case 'false':
        return false;
      case '[':
      case '[[':
      case 'test':
        return evaluateTest(fields);
      case 'export':
      case 'local':
      case 'readonly':
      case 'declare':
      case 'typeset':
        this.declare(fields.slice(1));
        return true;
      case '.':
      case 'source':
        this.report(
          'info',
          'script-include',
          `The file ${fields[1]?.text ?? ''} is not part of this text: what it sets is not known.`,
          node,
        );
        return true;
      default:
        return SUCCEEDS.has(name.replace(/^.*\//, '')) ? true : null;
    }
  }

  /** `export NAME=value`. */
  private declare(fields: readonly Field[]): void {
    for (const { text, unknown } of fields) {
      const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(text);
      if (found) this.environment.set(found[1] as string, { texts: [found[2] as string], unknown });
    }
  }

  private call(call: ToolCall, node: Command, input: Command['input']): Status {
    this.place ??= call.place;
    if (call.place !== this.place) {
      const message = `This is for another network namespace (${call.place || 'the one of the script'}) and is left out.`;
      this.report('warning', 'other-namespace', message, node);
      return true;
    }
    if (call.guessed) {
      const tool = call.tool.kind === 'tables' ? call.tool.tool : call.tool.kind;
      const name = clip(call.guessed.text);
      const key = `tool-assumed ${name}`;
      if (!this.said.has(key))
        this.report('info', 'tool-assumed', `${name} is not set in this text; it is taken for ${tool}.`, call.guessed);
      this.said.add(key);
    }
    return callSteps(call, node, input, this.environment, this) ? 'deferred' : true;
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
