/** Whether parts of a script may change rules: what is left out of them is told. */
import type { Span } from '../../base/span.ts';
import { literalOf, type Node } from './syntax.ts';
import { toolGuessed, toolNamed } from './tools.ts';

/** Deeper nesting and deeper calls are no script of a person. */
const DEEPEST = 40;

type Command = Extract<Node, { kind: 'command' }>;

export class RuleSearch {
  constructor(
    private readonly text: string,
    private readonly functions: ReadonlyMap<string, readonly Node[]>,
  ) {}

  /** Whether a command for the tools is among the nodes. Cost: linear in them. */
  makesRules(nodes: readonly Node[], depth = 0): boolean {
    return depth < DEEPEST && nodes.some((node) => this.mayMakeRules(node, depth + 1));
  }

  private mayMakeRules(node: Node, depth: number): boolean {
    const some = (nodes: readonly Node[]): boolean => this.makesRules(nodes, depth);
    switch (node.kind) {
      case 'command':
        return this.isToolCommand(node, depth);
      case 'choice':
        return some([node.first, node.second]);
      case 'pipe':
        return some(node.nodes);
      case 'not':
        return some([node.node]);
      case 'group':
      case 'for':
        return some(node.body);
      case 'while':
        return some([...node.condition, ...node.body]);
      case 'if':
        return some([...node.condition, ...node.body, ...node.otherwise]);
      case 'case':
        return node.branches.some(({ body }) => some(body));
      case 'function':
        return false;
    }
  }

  private isToolCommand(node: Command, depth: number): boolean {
    const name = literalOf(node.words[0]) ?? '';
    const body = this.functions.get(name);
    if (body) return this.makesRules(body, depth);
    return node.words.slice(0, 4).some((word) => {
      const text = literalOf(word) ?? this.text.slice(word.start, word.end).replace(/^"/, '');
      return (toolNamed(text) ?? toolGuessed(text)) !== null;
    });
  }
}

/** Where a node begins, in a script's text. */
export function spanOf(node: Node): Span {
  switch (node.kind) {
    case 'choice':
      return spanOf(node.first);
    case 'pipe':
    case 'group': {
      const [first] = node.kind === 'pipe' ? node.nodes : node.body;
      return first ? spanOf(first) : { start: 0, end: 0 };
    }
    case 'not':
      return spanOf(node.node);
    case 'function':
      return node.body[0] ? spanOf(node.body[0]) : { start: 0, end: 0 };
    default:
      return { start: node.start, end: node.end };
  }
}
