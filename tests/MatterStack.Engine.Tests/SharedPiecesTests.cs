using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests;

/// <summary>What several rooms need is written once: nobody spells it out a second time.</summary>
[TestClass]
public class SharedPiecesTests
{
    [TestMethod]
    [DataRow(
        @"catch \(Exception \w+\) when \(\w+ is IOException or UnauthorizedAccessException\)",
        "",
        DisplayName = "DiskErrors.IsAccessError"
    )]
    [DataRow(@"TimeSpan\.FromTicks\(Math\.Min\(", "", DisplayName = "Backoff")]
    [DataRow(
        @"""(work|results\.json|stdout\.log|stderr\.log|reminder\.md|work/)""",
        "AttemptLayout.cs RecordedAttemptFiles.cs BundleReportFiles.cs SelfTestCommand.cs AttemptFiles.cs",
        DisplayName = "AttemptLayout"
    )]
    [DataRow(@"(exit|no|ExitCode ==) (7[2-6]|12[467])\b", "", DisplayName = "ExitCodes")]
    [DataRow(@"const int \w*ExitCode\w* = (7[2-6]|12[467])\b", "", DisplayName = "ExitCodes, constants")]
    [DataRow(@"flock -w|echo ""job \$found""", "SubmitScript.cs", DisplayName = "SubmitScript")]
    [DataRow(@"""[^""]*operators_snapshot/operators\.yaml", "SnapshotPaths.cs WiringCodes.cs", DisplayName = "SnapshotPaths")]
    [DataRow(
        @"new AttemptRow\b|attempt_index, state, reason|SELECT a\.task_id, a\.attempt_id",
        "AttemptColumns.cs",
        DisplayName = "AttemptColumns"
    )]
    [DataRow(@"new( JsonWriterOptions|\(\)) \{ Indented = true\b", "JsonText.cs", DisplayName = "JsonText.Indented")]
    [DataRow(@"EntryPoint = ""(open|close|fsync|statx)""", "LibcFiles.cs Libc.cs", DisplayName = "LibcFiles")]
    [DataRow(@"GetConsumingEnumerable", "WorkQueue.cs WorkerThreads.cs", DisplayName = "WorkQueue")]
    public void A_shared_piece_is_written_once(string pattern, string allowed)
    {
        var engine = Path.Combine(Repository.Folder, "src", "MatterStack.Engine");
        var files = allowed.Split(' ');
        var found = Directory
            .EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(Path.GetRelativePath(engine, file), @"^(obj|bin)\b") && !files.Contains(Path.GetFileName(file)))
            .SelectMany(file =>
                File.ReadLines(file)
                    .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(line, pattern))
                    .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")
            )
            .ToList();
        Assert.IsEmpty(found, string.Join("\n", found));
    }
}
