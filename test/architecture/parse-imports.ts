import ts from 'typescript';
import type { SourceFile } from './source-file.js';

/** One place where a file names another module. */
export interface Import {
  readonly specifier: string;
  /** True if the compiler erases it: `import type`, `export type … from`, `import('x').T`. */
  readonly typeOnly: boolean;
  /** 1-based. */
  readonly line: number;
}

/** A parsed file: its imports and whether it does nothing but re-export. */
export interface ParsedFile {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly onlyReExports: boolean;
  readonly lines: number;
}

/** Reads every import of a file: static, re-export, dynamic, `require`, and `import('x')` types. */
export function parseFile({ path, text }: SourceFile): ParsedFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
      imports.push({ ...found, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, imports, onlyReExports: onlyReExports(tree), lines: countLines(text) };
}

function importOf(node: ts.Node): Pick<Import, 'specifier' | 'typeOnly'> | undefined {
  if (ts.isImportDeclaration(node)) {
    return named(node.moduleSpecifier, isTypeOnlyClause(node.importClause));
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return named(node.moduleSpecifier, node.isTypeOnly || allTypes(node.exportClause));
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return named(node.moduleReference.expression, node.isTypeOnly);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return named(node.argument.literal, true);
  }
  if (ts.isCallExpression(node) && loadsModule(node.expression)) {
    return named(node.arguments[0], false);
  }
  return undefined;
}

function named(
  node: ts.Node | undefined,
  typeOnly: boolean,
): Pick<Import, 'specifier' | 'typeOnly'> | undefined {
  return node && ts.isStringLiteralLike(node) ? { specifier: node.text, typeOnly } : undefined;
}

function isTypeOnlyClause(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false; // `import 'x'` runs x
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return !clause.name && allTypes(clause.namedBindings);
}

function allTypes(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (!bindings || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return false;
  const elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] = bindings.elements;
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

function loadsModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === 'require';
  return ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression)
    ? callee.expression.text === 'require'
    : false;
}

function onlyReExports({ statements }: ts.SourceFile): boolean {
  // `import { a } from './a.js'; export { a };` is a barrel as much as `export … from`
  return (
    statements.some((node) => ts.isExportDeclaration(node)) &&
    statements.every((node) => ts.isExportDeclaration(node) || ts.isImportDeclaration(node))
  );
}

function countLines(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}
