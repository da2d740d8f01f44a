using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Brings home what attempts left on a cluster: lists it, asks for the hashes of what is wanted, and brings that; three calls for any number of attempts.</summary>
internal sealed class ReturnTrip(IShell shell, FileFetcher fetcher, TimeSpan patience, Func<AttemptOrder, string> folder)
{
    private static readonly string[] Always = ["stdout.log", "stderr.log", "exit_code"];

    public ShellAnswer.None? Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel)
    {
        if (List(orders, cancel).Failed(out var failure, out var listed) || Hash(listed, cancel).Failed(out failure, out var files))
        {
            return failure;
        }

        foreach (var target in files.Select(f => Path.GetDirectoryName(f.Target)!).Distinct())
        {
            Directory.CreateDirectory(target);
        }

        if (files.FirstOrDefault(f => !RelativePath.StaysInside(f.Order.RunFolder, f.Target)) is { } outside)
        {
            return new ShellAnswer.None($"'{outside.Target}' leads out of the run's folder", Reached: true);
        }

        return fetcher.Bring([.. files.Select(f => new BroughtFile(f.Source, f.Size, f.Content, f.Target))], cancel);
    }

    /// <summary>Whether a file in <c>work/</c> is wanted back.</summary>
    internal static Func<string, bool> Wanted(AttemptOrder order)
    {
        var task = order.Task;
        var inputs = order.Planned.Inputs.Select(i => i.Path).ToHashSet(StringComparer.Ordinal);
        var declared = new Matcher(StringComparison.Ordinal);
        declared.AddIncludePatterns(task.Outputs.SelectMany(o => Globs.IsPattern(o) ? (string[])[o] : [o, o + "/**/*"]));
        declared.AddInclude("results.json");
        var asked = new Matcher(StringComparison.Ordinal);
        asked.AddIncludePatterns(task.DownloadInclude.Count > 0 ? task.DownloadInclude : ["**/*"]);
        asked.AddExcludePatterns(task.DownloadExclude);
        return path => declared.Match(path).HasMatches
            || (asked.Match(path).HasMatches && !path.StartsWith("deps/", StringComparison.Ordinal) && (task.DownloadInclude.Count > 0 || !inputs.Contains(path)));
    }

    private Outcome<List<Listed>> List(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel)
    {
        var script = new StringBuilder();
        for (var i = 0; i < orders.Count; i++)
        {
            // Only regular files; a name with a line end in it cannot be told from two.
            script.Append(CultureInfo.InvariantCulture, $"cd -- {folder(orders[i])} && {{ echo '@ {i}'; find . -type f ! -name '*\n*' -printf '%s %P\\n'; }} || exit 1\n");
        }

        if (shell.Run(new ShellCall(script.ToString(), patience), cancel) is not ShellAnswer.Ended { ExitCode: 0 } ended)
        {
            return Outcome<List<Listed>>.No("the attempts' folders cannot be listed");
        }

        var files = new List<Listed>();
        AttemptOrder? current = null;
        Func<string, bool> wanted = _ => false;
        foreach (var words in ended.Output.Split('\n').Select(line => line.Split(' ', 2)).Where(words => words.Length == 2))
        {
            if (words[0] == "@")
            {
                current = orders[int.Parse(words[1], CultureInfo.InvariantCulture)];
                wanted = Wanted(current);
            }
            else if (current is not null && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                && (Always.Contains(words[1]) || (words[1].StartsWith("work/", StringComparison.Ordinal) && RelativePath.Normalise(words[1]) == words[1] && wanted(words[1][5..]))))
            {
                files.Add(new Listed(current, $"{folder(current)}/{ShellText.Quote(words[1])}", size, default, Path.Combine(current.Folder, words[1])));
            }
        }

        return Outcome<List<Listed>>.Yes(files);
    }

    private Outcome<List<Listed>> Hash(List<Listed> files, CancellationToken cancel)
    {
        var script = new StringBuilder("h() { s=$(sha256sum < \"$1\") && echo \"${s%% *}\"; }\n");
        foreach (var file in files)
        {
            script.Append("h ").Append(file.Source).Append(" || exit 1\n");
        }

        if (shell.Run(new ShellCall(script.ToString(), TimeSpan.FromHours(1)), cancel) is not ShellAnswer.Ended { ExitCode: 0 } ended
            || ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is not { } lines || lines.Length != files.Count)
        {
            return Outcome<List<Listed>>.No("the attempts' files cannot be read there");
        }

        return Outcome<List<Listed>>.Yes([.. files.Zip(lines, (file, line) => file with { Content = Sha256.TryParse(line, out var hash) ? hash : default })]);
    }

    private sealed record Listed(AttemptOrder Order, string Source, long Size, Sha256 Content, string Target);

    private sealed record Outcome<T>(T? Value, ShellAnswer.None? Failure)
        where T : class
    {
        public static Outcome<T> Yes(T value) => new(value, null);

        public static Outcome<T> No(string why) => new(null, new ShellAnswer.None(why, Reached: true));

        public bool Failed(out ShellAnswer.None? failure, out T value)
        {
            failure = Failure;
            value = Value!;
            return Failure is not null;
        }
    }
}
