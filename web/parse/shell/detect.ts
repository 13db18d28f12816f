/** Which lines are commands that change rules, as people type them and scripts have them. */

const TOOL = '(?:\\S*/)?(?:ip6?tables|ebtables|arptables)(?:-nft|-legacy)?';
const OPTIONS = '(?:-\\S+[ \\t]+(?:[\\w.]+[ \\t]+)?)*?';
const CHANGE =
  '(?:-[ADCIRFZNXPE]|--(?:append|insert|delete|flush|policy|new-chain|delete-chain|replace|check))(?![\\w-])';
const CALL =
  `(?:${TOOL}[ \\t]+${OPTIONS}${CHANGE}` +
  `|${TOOL}-restore\\b` +
  '|(?:\\S*/)?ipset[ \\t]+(?:-\\S+[ \\t]+)*(?:create|add|del|destroy|flush|swap|rename|restore|-[NADXFWER])[ \\t]' +
  `|(?:\\S*/)?nft[ \\t]+(?:-\\S+[ \\t]+)*(?:-f\\b|["']?(?:add|create|insert|delete|replace|flush|rename|destroy)\\b)` +
  `|"?\\$\\{?\\w*(?:IPT|ipt|FW|EBT|ebt|ARPT)\\w*\\}?"?[ \\t]+${OPTIONS}${CHANGE}` +
  '|"?\\$\\{?\\w*(?:NFT|nft)\\w*\\}?"?[ \\t]+["\']?(?:add|create|insert|delete|flush)\\b)';
/** Words before the tool's name: `sudo -n`, `ip netns exec NAME`, `kubectl exec POD --`, `PostUp =`. */
const BEFORE =
  '(?:(?:sudo|doas|env|exec|time|nohup|command|ssh|kubectl|docker|podman|crictl|nsenter|ip|if|then|else|do|!|\\{|PostUp|PreUp|ExecStart|ExecStartPre|ExecStartPost|RUN|-)[ \\t=][^\\n|;]{0,120}?)?';
/** What stands before it on its line: another command, a loop, a condition, an assignment. */
const AFTER =
  '(?:(?:for|while|until|if|case|cat|echo|test|true|false|\\[{1,2}|[A-Za-z_]\\w*(?:=|\\(\\))|\\{|\\()[^\\n#]{0,300}?(?:[;&|{(]|\\b(?:do|then|else))[ \\t]*)?';
const CALL_LINE = new RegExp(`^[ \\t]*${AFTER}${BEFORE}${CALL}`);
const CALL_LINES = new RegExp(CALL_LINE.source, 'm');
const SHEBANG = /^\s*#!\s*\S*\/(?:env +)?(?:ba|da|z|k|a)?sh\b/;

/** Whether the line is one that changes rules, as a shell reads it. */
export function isShellCall(line: string): boolean {
  return CALL_LINE.test(line);
}

/** A line before the first call that belongs to its script. */
export function isScriptLine(line: string): boolean {
  return SCRIPT_LINE.test(line);
}

const SCRIPT_LINE =
  /^\s*(?:$|#|[A-Za-z_]\w*\+?=|(?:export|local|readonly|declare|set|shopt|if|then|else|elif|fi|for|while|until|do|done|case|esac|function|echo|printf|modprobe|sysctl|ip|return|exit|source|trap|cd|umask|\.|:|\[\[?|test|\{|\}|\w[\w-]*\s*\(\))(?:\s|$|;)|[\w|*"' -]+\)\s*$|;;)/;

export function isShebang(line: string): boolean {
  return SHEBANG.test(line);
}

/** How sure it is that `head` is shell: 0 to 1. */
export function detectShell(head: string): number {
  if (!CALL_LINES.test(head)) return 0;
  return SHEBANG.test(head) ? 1 : 0.7;
}
