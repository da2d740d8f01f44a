using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>A timer and a service of the user's systemd.</summary>
/// <param name="machine">This machine.</param>
internal sealed class SystemdInstaller(DriverMachine machine) : DriverInstaller
{
    private const string Session = "XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}; export XDG_RUNTIME_DIR\n";

    public override string? FindProblem() =>
        machine.FindFailure(
            Session
                + "command -v systemctl >/dev/null 2>&1 || { echo 'there is no program systemctl'; exit 1; }\n"
                + "said=$(systemctl --user show-environment 2>&1 >/dev/null) || "
                + "{ echo \"the systemd of the user does not answer: $said\"; exit 1; }"
        );

    public override string? FindAdvice(DriverPlan plan) =>
        machine.FindFailure("[ \"$(loginctl show-user \"$(id -un)\" --property=Linger --value 2>/dev/null)\" = yes ]") is null
            ? null
            : "The timer stops when the user logs out: give 'loginctl enable-linger' once, so that it runs also when nobody is logged in.";

    public override IReadOnlyList<(string Place, string Text)> ListEntries(DriverPlan plan) =>
        [(FindUnit(plan, "service"), SystemdText.FormatService(plan)), (FindUnit(plan, "timer"), SystemdText.FormatTimer(plan))];

    public override string? Install(DriverPlan plan)
    {
        foreach (var (path, text) in ListEntries(plan))
        {
            machine.WriteFile(path, text);
        }

        return machine.FindFailure(
            $"{Session}systemctl --user daemon-reload && systemctl --user enable {Timer(plan)} && systemctl --user restart {Timer(plan)}"
        );
    }

    public override string? Remove(DriverPlan plan)
    {
        var problem = machine.Disk.FileExists(FindUnit(plan, "timer"))
            ? machine.FindFailure($"{Session}systemctl --user disable --now {Timer(plan)}")
            : null;
        foreach (var kind in (string[])["service", "timer"])
        {
            machine.DeleteFile(FindUnit(plan, kind));
        }

        machine.DeleteFile(plan.ScriptFile);
        machine.Run($"{Session}systemctl --user daemon-reload");
        return problem;
    }

    private static string FindUnit(DriverPlan plan, string kind) => Path.Combine(plan.UnitFolder, $"{plan.Name}.{kind}");

    private static string Timer(DriverPlan plan) => ShellText.Quote(plan.Name + ".timer");
}
