#!/usr/bin/env dotnet
#:property PublishAot=false

// Prints the share of the engine's lines and branches that a test run has executed, from the report in a folder.
// Run it from the root of the repository: dotnet run tests/PrintCoverage.cs folder.
using System.Globalization;
using System.Xml.Linq;

var reports = Directory.GetFiles(args[0], "*cobertura*.xml", SearchOption.AllDirectories);
if (reports.Length != 1)
{
    Console.Error.WriteLine($"{args[0]} has {reports.Length} reports; one is expected");
    return 1;
}

foreach (var assembly in XDocument.Load(reports[0]).Descendants("package"))
{
    var lines = (double)assembly.Attribute("line-rate")!;
    var branches = (double)assembly.Attribute("branch-rate")!;
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"coverage of {(string)assembly.Attribute("name")!}: {lines:P1} of its lines, {branches:P1} of its branches"
        )
    );
}

return 0;
