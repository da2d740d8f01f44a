using System.Security.Cryptography;
using System.Text;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Style and scripts of the page, which the engine carries in its assembly.</summary>
internal static class ReportPart
{
    public static string Style { get; } = Read("report.css");

    public static string Script { get; } = "\"use strict\";(() => {\n" + string.Concat(((string[])["tools.js", "tasks.js", "details.js", "graph.js", "timeline.js", "figures.js", "page.js"]).Select(Read)) + "})();\n";

    /// <summary>The library that draws figures.</summary>
    public static string Plotting => Read("plotly.js");

    /// <summary>How a content security policy names an inline script.</summary>
    public static string PolicyHash(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    // Line ends as HTML knows them, for the hash is over what the browser reads.
    private static string Read(string name)
    {
        using var stream = typeof(ReportPart).Assembly.GetManifestResourceStream("report/" + name) ?? throw new InvalidOperationException($"the engine lacks {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
