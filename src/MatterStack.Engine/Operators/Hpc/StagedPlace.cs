using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A folder of the cluster's own, laid out as the run's folder is: <c>inputs/</c> by content, <c>program/</c>, and <c>tasks/</c> with a folder per attempt.</summary>
internal sealed class StagedPlace(IShell shell, IDisk disk, string root) : IPlace
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(120);
    private readonly FileMover _mover = new(shell, Stall);
    private readonly Dictionary<RunId, HashSet<Sha256>> _there = [];
    private readonly Dictionary<(RunId, Sha256), string> _sources = [];
    private readonly Dictionary<RunId, IReadOnlyList<PlacedInput>> _programs = [];

    public string Folder(AttemptOrder order) => $"{Run(order)}/{ShellText.Quote(order.RelativePath)}";

    public IReadOnlyList<PlacedInput> Prepare(AttemptOrder order)
    {
        if (disk.DirectoryExists(order.Folder))
        {
            disk.DeleteDirectory(order.Folder);
        }

        disk.CreateDirectory(order.WorkFolder);
        var inputs = new List<PlacedInput>();
        foreach (var input in order.Planned.Inputs)
        {
            Offer(order, input.Content, Path.Combine(order.RunFolder, Staging.InputsFolder, input.Content.Hex), $"input '{input.Path}'");
            inputs.Add(new(input.Content, "work/" + input.Path, input.Executable));
        }

        foreach (var (dependency, output) in order.Dependencies.SelectMany(d => d.Outputs.Select(o => (d, o))))
        {
            var source = Path.Combine(order.RunFolder, dependency.RelativePath, "work", output.Path);
            if (!RelativePath.StaysInside(order.RunFolder, source))
            {
                throw new IOException($"output '{output.Path}' of task '{dependency.Task}' has become a link that leads out of the run ({source})");
            }

            Offer(order, output.Hash, source, $"output '{output.Path}' of task '{dependency.Task}'");
            inputs.Add(new(output.Hash, $"work/deps/{dependency.Task}/{output.Path}", Executable: false));
        }

        return [.. inputs, .. Program(order)];
    }

    public ShellAnswer.None? Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel)
    {
        foreach (var run in orders.GroupBy(o => o.Run))
        {
            var files = _sources.Where(s => s.Key.Item1 == run.Key).Select(s => new SentFile(s.Key.Item2, s.Value)).ToList();
            if (_mover.Send(files, Run(run.First()) + "/inputs", cancel) is { } failure)
            {
                return failure;
            }

            foreach (var file in files)
            {
                There(run.Key).Add(file.Content);
                _sources.Remove((run.Key, file.Content));
            }
        }

        return null;
    }

    public string Unpack(IReadOnlyList<(AttemptOrder Order, KeptScript Script)> jobs)
    {
        var end = "MATTERSTACK_" + RandomNumberGenerator.GetHexString(16);
        var script = new StringBuilder("no() { echo 'the folders of attempts could not be made' >&2; exit 74; }\n")
            .Append("put() { case $2 in */*) mkdir -p -- \"${2%/*}\" || no ;; esac; cp -- \"$top/inputs/$1\" \"$2\" || no; [ \"$3\" != x ] || chmod u+x -- \"$2\" || no; }\n");
        foreach (var run in jobs.GroupBy(j => j.Order.Run))
        {
            script.Append("mkdir -p -- ").Append(Run(run.First().Order)).Append(" && cd -- ").Append(Run(run.First().Order)).Append(" && top=$PWD || no\n");
            var shared = run.SelectMany(j => j.Script.Inputs).Where(i => i.Path.StartsWith("../../", StringComparison.Ordinal)).DistinctBy(i => i.Path).ToList();
            foreach (var input in shared)
            {
                // Under another name first: a job that runs may be reading it.
                var path = input.Path[6..];
                script.Append(CultureInfo.InvariantCulture, $"[ -e {ShellText.Quote(path)} ] || {{ put {input.Content.Hex} {ShellText.Quote(path + ".new")} - && mv -f -- {ShellText.Quote(path + ".new")} {ShellText.Quote(path)} || no; }}\n");
            }

            foreach (var (order, kept) in run)
            {
                script.Append("mkdir -p -- ").Append(ShellText.Quote(order.RelativePath + "/work")).Append(" && cd -- ").Append(ShellText.Quote(order.RelativePath)).Append(" || no\n");
                foreach (var input in kept.Inputs.Except(shared))
                {
                    if (!input.Path.StartsWith("../../", StringComparison.Ordinal))
                    {
                        script.Append(CultureInfo.InvariantCulture, $"put {input.Content.Hex} {ShellText.Quote(input.Path)} {(input.Executable ? "x" : "-")}\n");
                    }
                }

                script.Append(CultureInfo.InvariantCulture, $"cat > {JobScript.FileName} <<'{end}' || no\n").Append(kept.Text).Append(end).Append("\ncd -- \"$top\" || no\n");
            }
        }

        return script.ToString();
    }

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel)
    {
        if (orders.Count == 0)
        {
            return new Dictionary<AttemptOrder, int>();
        }

        var script = new StringBuilder();
        for (var i = 0; i < orders.Count; i++)
        {
            script.Append(CultureInfo.InvariantCulture, $"[ -f {Folder(orders[i])}/exit_code ] && printf '{i} %s\\n' \"$(cat -- {Folder(orders[i])}/exit_code)\"\n");
        }

        if (shell.Run(new ShellCall(script.Append("exit 0\n").ToString(), Stall), cancel) is not ShellAnswer.Ended { ExitCode: 0 } ended)
        {
            return null;
        }

        var codes = new Dictionary<AttemptOrder, int>();
        foreach (var words in ended.Output.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length == 2))
        {
            if (int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < orders.Count && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                codes[orders[index]] = code;
            }
        }

        return codes;
    }

    public ShellAnswer.None? Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => new ReturnTrip(shell, new FileFetcher(shell, Stall), Stall, Folder).Bring(orders, cancel);

    // '~' is the home folder there; everything else is as written.
    private string Run(AttemptOrder order) =>
        (root == "~" ? "\"$HOME\"" : root.StartsWith("~/", StringComparison.Ordinal) ? "\"$HOME\"/" + ShellText.Quote(root[2..].TrimEnd('/')) : ShellText.Quote(root.TrimEnd('/'))) + "/" + order.Run.Value;

    private HashSet<Sha256> There(RunId run)
    {
        if (!_there.TryGetValue(run, out var there))
        {
            _there[run] = there = [];
        }

        return there;
    }

    private List<PlacedInput> Program(AttemptOrder order)
    {
        if (order.ProgramPath is not { } program || !CampaignProgram.IsUsedBy(order.Task.Command))
        {
            return [];
        }

        if (!_programs.TryGetValue(order.Run, out var placed))
        {
            var folder = Path.GetDirectoryName(Path.Combine(order.RunFolder, program))!;
            _programs[order.Run] = placed = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file =>
            {
                using var stream = RegularFile.OpenRead(file);
                var content = Sha256.Of(stream);
                _sources[(order.Run, content)] = file;
                return new PlacedInput(content, "../../" + Path.GetRelativePath(order.RunFolder, file).Replace('\\', '/'), Executable: false);
            })];
        }

        return [.. placed];
    }

    // Checked before it is handed on, as on this machine; what is there already was checked before.
    private void Offer(AttemptOrder order, Sha256 content, string source, string what)
    {
        if (There(order.Run).Contains(content) || _sources.ContainsKey((order.Run, content)))
        {
            return;
        }

        if (!disk.FileExists(source))
        {
            throw new IOException($"{what} is gone from {source}");
        }

        using (var stream = RegularFile.OpenRead(source))
        {
            if (Sha256.Of(stream) != content)
            {
                throw new IOException($"{what} has changed since it was recorded ({source})");
            }
        }

        _sources[(order.Run, content)] = source;
    }
}
