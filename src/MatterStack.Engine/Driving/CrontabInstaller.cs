using System.Text;

namespace MatterStack.Engine.Driving;

/// <summary>Lines in the user's crontab, or in the user's table of Slurm, which has the same commands.</summary>
/// <param name="machine">This machine.</param>
/// <param name="program"><c>crontab</c> or <c>scrontab</c>.</param>
internal sealed class CrontabInstaller(DriverMachine machine, string program) : DriverInstaller
{
    // Another program may edit the table at the same time.
    private const int MaxTries = 5;

    private bool IsSlurm => program != "crontab";

    public override string? FindProblem() =>
        machine.FindFailure($"command -v {program} >/dev/null 2>&1 || {{ echo 'there is no program {program}'; exit 1; }}")
        ?? ReadTable(out _);

    public override string? FindAdvice(DriverPlan plan) =>
        IsSlurm || machine.FindFailure("ps -e -o comm= | grep -qxE 'cron|crond|anacron|systemd-cron|fcron|bcron-sched'") is null
            ? null
            : $"No cron daemon is visible on {plan.Machine}: the line has no effect until one runs.";

    public override IReadOnlyList<(string Place, string Text)> ListEntries(DriverPlan plan) =>
        [($"{program} of {plan.Machine}", CrontabText.FormatEntry(plan))];

    public override string? Install(DriverPlan plan)
    {
        // The table may hold any bytes; all of another line stay as they are.
        var entry = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(CrontabText.FormatEntry(plan)));
        return ChangeTable(plan, text => CrontabText.AddEntry(text, plan.Name, entry));
    }

    public override string? Remove(DriverPlan plan)
    {
        var problem = ChangeTable(plan, text => CrontabText.RemoveEntry(text, plan.Name));
        machine.DeleteFile(plan.ScriptFile);
        return problem;
    }

    private string? ChangeTable(DriverPlan plan, Func<string, string> change)
    {
        using var held = machine.WaitForLock(plan.LockFile);
        for (var i = 0; i < MaxTries; i++)
        {
            if (ReadTable(out var before) is { } problem)
            {
                return problem;
            }

            var after = change(before);
            if (after == before)
            {
                return null;
            }

            // An empty table and none are not the same for every program.
            var (code, _, error) =
                after.Length == 0 ? machine.Run($"{program} -r") : machine.Run($"{program} -", Encoding.Latin1.GetBytes(after));
            if (code != 0)
            {
                return $"{program} refuses the new table: {error}";
            }
        }

        return $"another program changes the table of {program} again and again";
    }

    // Null if the table is read; a user without a table has an empty one.
    private string? ReadTable(out string text)
    {
        var (code, output, error) = machine.Run($"{program} -l");
        text = code == 0 ? Encoding.Latin1.GetString(output) : "";
        return code == 0 || error.Contains("no crontab", StringComparison.OrdinalIgnoreCase) ? null
            : error.Length > 0 ? $"{program} -l fails: {error.ReplaceLineEndings(" ")}"
            : $"{program} -l fails with exit code {code}";
    }
}
