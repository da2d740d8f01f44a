using System.Security.Cryptography;
using System.Text;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Style and scripts of the page, embedded in the engine's assembly.</summary>
internal static class ReportAssets
{
    public static string Style { get; } = Read("report.css");

    public static string Script { get; } =
        "\"use strict\";(() => {\n"
        + string.Concat(((string[])["tools.js", "tasks.js", "details.js", "graph.js", "timeline.js", "figures.js", "page.js"]).Select(Read))
        + "})();\n";

    /// <summary>The library that draws figures.</summary>
    public static string PlottingScript => Read("plotly.js");

    /// <summary>Computes the hash with which a content security policy allows an inline script.</summary>
    public static string ComputePolicyHash(string script) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    // The browser normalizes line ends before it hashes a script, so the policy hash needs LF line ends.
    private static string Read(string name)
    {
        using var stream = typeof(ReportAssets).Assembly.GetManifestResourceStream("report/" + name)
            ?? throw new InvalidOperationException($"the engine's assembly has no resource report/{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
