import ts from 'typescript';

/** Are the functions whose first argument is the name of tests. */
const NAMED = new Set(['it', 'test', 'describe', 'describeOnVersions']);
/** Keep a test from running, so that it shows nothing. */
const OFF = new Set(['skip', 'todo', 'failing']);
/** A name that begins with rows: `N1: …`, `F8, U8: …`. */
const ROWS = /^([A-Z]\d+(?:, [A-Z]\d+)*): /;

/** Finds the rows that names of tests in a TypeScript file begin with, those of `describe` included. */
export function findRows(text: string): Set<string> {
  const rows = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = ts.isCallExpression(node) ? nameOfTest(node) : undefined;
    const [, found] = ROWS.exec(name ?? '') ?? [];
    for (const row of found?.split(', ') ?? []) rows.add(row);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest));
  return rows;
}

/** Gives the name of a test that runs; of one with values in its name what stands before the first. */
function nameOfTest({ expression, arguments: [name] }: ts.CallExpression): string | undefined {
  if (!name || !isTest(expression)) return undefined;
  if (ts.isStringLiteralLike(name)) return name.text;
  return ts.isTemplateExpression(name) ? name.head.text : undefined;
}

/** True for `it`, `it.only`, and what `it.each` gives. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return NAMED.has(callee.text);
  if (ts.isPropertyAccessExpression(callee)) {
    return !OFF.has(callee.name.text) && isTest(callee.expression);
  }
  if (ts.isCallExpression(callee)) return isTest(callee.expression);
  return ts.isTaggedTemplateExpression(callee) && isTest(callee.tag);
}
