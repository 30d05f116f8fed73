import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "../..");

/** Which strings of a program are told to people: what decides sees each string and the nodes around it, innermost first. */
export type Told = (around: readonly ts.Node[]) => boolean;

/** Every string of these files that is told to somebody, with 1, 2 … for what is put into it. */
export function sentencesIn(files: string | string[], told: Told): { sentence: string; where: string }[] {
  return globSync(files, { cwd: ROOT }).flatMap((path) => {
    const source = ts.createSourceFile(
      path,
      readFileSync(join(ROOT, path), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const found: { sentence: string; where: string }[] = [];
    const visit = (node: ts.Node, around: readonly ts.Node[]): void => {
      const sentence = textOf(node);
      if (sentence !== null && told(around)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push({ sentence, where: `${path}:${line + 1}` });
      }
      ts.forEachChild(node, (child) => visit(child, [node, ...around]));
    };
    visit(source, []);
    return found;
  });
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.templateSpans.reduce(
    (text, { literal }, place) => `${text}${place + 1}${literal.text}`,
    node.head.text,
  );
}

/** The name of what is called or made. */
export function calledName(node: ts.Node): string {
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : "";
}

/** The name that a value is kept or given under: `const message = …`, `{ message: … }`. */
export function keptName(node: ts.Node): string {
  return ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ? node.name.getText() : "";
}

export function functionName(node: ts.Node): string {
  return ts.isFunctionDeclaration(node) ? (node.name?.text ?? "") : "";
}
