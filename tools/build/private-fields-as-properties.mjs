import ts from 'typescript';

/** A TypeScript transformer that turns `#field` of class `Name` into the plain property `__Name_field`. */
export const privateFieldsAsProperties = () => (context) => (sourceFile) => {
  const { factory } = context;
  const classes = [];

  // A private name belongs to the innermost class that declares it, as the language scopes it.
  const ownerOf = (text) => classes.findLast(({ names }) => names.has(text))?.owner;
  const renamed = (node) => factory.createIdentifier(`__${ownerOf(node.text) ?? 'Private'}_${node.text.slice(1)}`);

  const visit = (node) => {
    if (ts.isClassLike(node)) {
      const names = new Set(node.members.flatMap(({ name }) => (name && ts.isPrivateIdentifier(name) ? [name.text] : [])));
      classes.push({ owner: node.name?.text ?? 'Anonymous', names });
      const visited = ts.visitEachChild(node, visit, context);
      classes.pop();
      return visited;
    }
    if (ts.isPrivateIdentifier(node)) return renamed(node);
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(sourceFile, visit);
};
