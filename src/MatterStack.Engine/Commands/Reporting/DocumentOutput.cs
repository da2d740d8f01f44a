using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Documents of commands with <c>Format</c> and <c>OutputFile</c>.</summary>
internal static class DocumentOutput
{
    /// <summary>The form for people.</summary>
    public const string Table = "table";

    public const string Csv = "csv";

    public const string Json = "json";

    /// <summary>Reads the argument <c>Format</c>.</summary>
    /// <param name="context">The arguments.</param>
    /// <param name="allowed">Forms of the command; the first one is the default.</param>
    public static Result<string> FindFormat(CommandContext context, params IReadOnlyList<string> allowed)
    {
        var given = context.Arguments.Format?.Trim();
        return string.IsNullOrEmpty(given) ? allowed[0]
            : allowed.FirstOrDefault(form => form.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } form ? form
            : new Problem(
                RunCodes.InvalidArgument,
                $"Format is '{UntrustedText.ToLine(given)}'",
                SpellingSuggestion.FindNearest(given, allowed) is { } near
                    ? $"Did you mean '{near}'?"
                    : $"It takes {string.Join(", ", allowed)}."
            );
    }

    /// <summary>Writes a document into the file of <c>OutputFile</c>, or prints its lines.</summary>
    /// <param name="context">Arguments, log and disk.</param>
    /// <param name="document">The lines, each with its end.</param>
    /// <returns>Success, or why the file cannot be written.</returns>
    public static Result<string?> Write(CommandContext context, string document)
    {
        if (context.Arguments.OutputFile is not { } file)
        {
            foreach (var line in document.TrimEnd('\r', '\n').Split('\n'))
            {
                context.Log.Info(line.TrimEnd('\r'));
            }

            return Result<string?>.Ok(null, []);
        }

        if (FindFault(file) is { } fault)
        {
            return new Problem(RunCodes.InvalidArgument, $"OutputFile is '{file}', which {fault}", "Name a file.");
        }

        context.Host.Disk.CreateDirectory(Path.GetDirectoryName(file)!);
        context.Host.Disk.WriteAtomically(file, System.Text.Encoding.UTF8.GetBytes(document));
        return file;
    }

    /// <summary>Says why a path cannot be written as a file: <c>is …</c>. Returns null if it can.</summary>
    public static string? FindFault(string file)
    {
        var there = new FileInfo(file);
        return Directory.Exists(file) ? "is a folder"
            : there.LinkTarget is not null && there.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true }
                ? "is a link that leads nowhere"
            : FileKind.FindNonFileKind(file) is { } kind ? $"is {kind}"
            : null;
    }
}
