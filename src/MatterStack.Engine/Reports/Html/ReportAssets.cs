using System.Security.Cryptography;
using System.Text;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Style and scripts of the pages, embedded in the engine's assembly.</summary>
internal static class ReportAssets
{
    public static string Style { get; } = Read("report.css");

    /// <summary>The script of a run's page.</summary>
    public static string Script { get; } =
        Join(
            "common.js",
            "tools.js",
            "tasks.js",
            "details.js",
            "graph.js",
            "timeline.js",
            "figures.js",
            "page.js",
            "theme.js",
            "reload.js"
        );

    /// <summary>The script of the page of all runs.</summary>
    public static string OverviewScript { get; } = Join("common.js", "overview.js", "theme.js", "reload.js");

    /// <summary>The library that draws figures.</summary>
    public static string PlottingScript => Read("plotly.js");

    /// <summary>Computes the hash with which a content security policy allows an inline script.</summary>
    public static string ComputePolicyHash(string script) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string Join(params ReadOnlySpan<string> files)
    {
        var script = new StringBuilder("\"use strict\";(() => {\n");
        foreach (var file in files)
        {
            script.Append(Read(file));
        }

        return script.Append("})();\n").ToString();
    }

    // The browser normalizes line ends before it hashes a script, so the policy hash needs LF line ends.
    private static string Read(string name)
    {
        using var stream = typeof(ReportAssets).Assembly.GetManifestResourceStream("report/" + name)
            ?? throw new InvalidOperationException($"the engine's assembly has no resource report/{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
