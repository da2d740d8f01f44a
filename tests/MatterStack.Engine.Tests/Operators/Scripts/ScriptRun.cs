using System.Diagnostics;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>Runs the common text of attempt scripts in a process group of its own, with a chosen shell.</summary>
internal sealed class ScriptRun(TempFolder folder)
{
    public static readonly string[] Shells = [.. new[] { "dash", "bash", "bash --posix", "busybox sh" }.Where(Exists)];

    public string Folder => folder.In("tasks/t@2");

    /// <summary>What the script asks of Slurm; null: nothing.</summary>
    public string Reach { get; init; } = "";

    public string Read(string name) => File.Exists(Path.Combine(Folder, name)) ? File.ReadAllText(Path.Combine(Folder, name)).Trim() : "";

    /// <summary>Runs an attempt's command and returns its exit code.</summary>
    /// <param name="shell">Name of the shell and its options.</param>
    /// <param name="task">The task.</param>
    /// <param name="texts">Its commands.</param>
    /// <param name="carried">Files that it begins with.</param>
    /// <param name="limit">Time limit that the script counts.</param>
    /// <param name="copies">Whether the script copies the files.</param>
    /// <param name="byHand">Whether a person runs it.</param>
    public int Run(
        string shell,
        CampaignTask task,
        CommandTexts texts,
        IReadOnlyList<LeftFile>? carried = null,
        TimeSpan? limit = null,
        bool copies = false,
        bool byHand = false
    )
    {
        Directory.CreateDirectory(Path.Combine(Folder, "work"));
        var request = new AttemptRequest
        {
            Run = RunId.FromTrusted("r"),
            Attempt = AttemptId.FromTrusted("a"),
            Index = 2,
            Key = OperatorKey.FromTrusted("local.default"),
            TaskId = TaskId.FromTrusted("t"),
            Definition = TaskJson.Write(new PlannedTask(task, [])),
            WiringHash = Sha256.ComputeTextHash("w"),
            RunFolder = folder.Path,
            Carried = carried ?? [],
        };
        var text = new StringBuilder("#!/bin/sh\nTMPDIR=$PWD\n");
        CommandScript.AppendBegin(text, task, "TMPDIR", null, byHand ? "false" : "true", limit);
        text.Append("exec 9>exit_code; trap 'echo $? >&9").Append(CommandScript.GetExitText(task)).Append("' EXIT\n");
        CommandScript.AppendTraps(text, task);
        text.Append(Reach);
        text.Append("cd work || exit 126\n");
        AttemptScript.AppendVariables(text, request, task.Shape, limit);
        CommandScript.AppendCommand(text, request, copies, texts);
        File.WriteAllText(Path.Combine(Folder, "run.sh"), text.ToString());
        var words = shell.Split(' ');
        using var process = Process.Start(
            new ProcessStartInfo("setsid", ["--wait", .. words, "./run.sh"])
            {
                WorkingDirectory = Folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            }
        )!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        Errors = process.StandardError.ReadToEnd();
        Output = output.Result;
        process.WaitForExit();
        return process.ExitCode;
    }

    public string Errors { get; private set; } = "";

    public string Output { get; private set; } = "";

    private static bool Exists(string shell) =>
        new[] { "/bin", "/usr/bin" }.Any(place => File.Exists(Path.Combine(place, shell.Split(' ')[0])));
}
