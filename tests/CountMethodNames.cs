#!/usr/bin/env dotnet
#:package Microsoft.CodeAnalysis.CSharp@5.0.0
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false

// Counts the methods of the engine whose name is one word: at most one capital letter, an "Async" at the end aside.
// Run it from the root of the repository: dotnet run tests/CountMethodNames.cs [--list] [folder]. It fails above the limit.
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

const double Limit = 0.35;
HashSet<string> fixedNames =
[
    "ToString",
    "Dispose",
    "Equals",
    "GetHashCode",
    "Main",
    "Execute",
    "CompareTo",
    "Write",
    "Read",
    "Flush",
    "Seek",
];

var list = args.Contains("--list");
var folder = args.FirstOrDefault(a => !a.StartsWith('-')) ?? "src/MatterStack.Engine";
var methods = Directory
    .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
    .Where(file => !file.Split('/', '\\').Any(part => part is "obj" or "bin"))
    .SelectMany(file =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().Select(node => (File: file, Name: MethodName(node)))
    )
    .Where(method => method.Name is not null && !fixedNames.Contains(method.Name))
    .ToList();
var oneWord = methods.Where(method => IsOneWord(method.Name!)).ToList();
if (list)
{
    foreach (var (file, name) in oneWord)
    {
        Console.WriteLine($"{file}: {name}");
    }
}

var share = (double)oneWord.Count / methods.Count;
Console.WriteLine(
    FormattableString.Invariant(
        $"{oneWord.Count} of {methods.Count} methods in {folder} have a one-word name: {share:P1} (limit {Limit:P0})"
    )
);
return share <= Limit ? 0 : 1;

static string? MethodName(Microsoft.CodeAnalysis.SyntaxNode node) =>
    node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        _ => null,
    };

static bool IsOneWord(string name) => (name.EndsWith("Async", StringComparison.Ordinal) ? name[..^5] : name).Count(char.IsUpper) <= 1;
