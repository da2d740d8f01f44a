using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Documents of commands that may be larger than the memory.</summary>
internal static class DocumentStream
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Reads the arguments <c>Format</c> and <c>OutputFile</c>. Without a format, the ending of the file decides.</summary>
    /// <param name="context">The arguments.</param>
    /// <param name="allowed">Formats of the command; the first one is the default. The names are the endings of files.</param>
    public static Result<string> FindFormat(CommandContext context, params IReadOnlyList<string> allowed)
    {
        if (context.Arguments.OutputFile is { } file && DocumentOutput.FindFault(file) is { } fault)
        {
            return new Problem(RunCodes.InvalidArgument, $"OutputFile is '{file}', which {fault}", "Name a file.");
        }

        if (!DocumentOutput.FindFormat(context, allowed).TryGet(out var format, out var problems))
        {
            return Result<string>.Fail(problems);
        }

        var ending = Path.GetExtension(context.Arguments.OutputFile)?.TrimStart('.').ToLowerInvariant();
        var byEnding = allowed.FirstOrDefault(one => one == ending);
        return string.IsNullOrWhiteSpace(context.Arguments.Format) ? byEnding ?? format
            : byEnding is not null && byEnding != format
                ? new Problem(
                    RunCodes.InvalidArgument,
                    $"Format is '{format}', and OutputFile ends with .{ending}",
                    "Give the file the ending of its format, or leave Format out."
                )
            : format;
    }

    /// <summary>Writes a document of text into the file of <c>OutputFile</c>, or prints its lines.</summary>
    /// <param name="context">Arguments, log and disk.</param>
    /// <param name="indent">Text before each printed line.</param>
    /// <param name="write">Writes the document.</param>
    public static void WriteText(CommandContext context, string indent, Action<TextWriter> write)
    {
        if (context.Arguments.OutputFile is not null)
        {
            WriteFile(context, stream =>
            {
                using var text = new StreamWriter(stream, Utf8, 1 << 16, leaveOpen: true);
                write(text);
            });
            return;
        }

        using var log = new LogTextWriter(context.Log, indent);
        write(log);
        log.Flush();
        if (log.CutLines > 0)
        {
            context.Log.Report(
                new Problem(
                    RunCodes.InvalidArgument,
                    $"{CountText.FormatCount(log.CutLines, "line")} of the document are longer than a log shows and were cut",
                    "Give -p:OutputFile=FILE: a file has them whole."
                ).AsWarning()
            );
        }
    }

    /// <summary>Writes a document into the file of <c>OutputFile</c>. Readers see the old file or the whole new one.</summary>
    public static void WriteFile(CommandContext context, Action<Stream> write)
    {
        var file = context.Arguments.OutputFile!;
        // The target of a link is replaced, as by a shell's >, and not the link.
        file = new FileInfo(file) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : file;
        context.Host.Disk.CreateDirectory(Path.GetDirectoryName(file)!);
        context.Host.Disk.WriteAtomically(file, write);
    }
}
