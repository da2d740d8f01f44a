namespace MatterStack.Benchmarks;

/// <summary>A no-op <c>Step</c> of a run on a file system that machines share. Needs what tests/gluster/ needs.</summary>
internal static class GlusterCost
{
    public static IEnumerable<Figure> NoOpStep()
    {
        using var scratch = new Scratch();
        var (gluster, scripts) = (Path.Combine(scratch.Folder, "gluster"), Path.Combine(DotnetCommands.Root, "tests", "gluster"));
        try
        {
            Shell.Run(scratch.Folder, "timeout", "60", "sh", $"{scripts}/start-gluster.sh", gluster);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"| no-op Step on GlusterFS: not measured, there is none ({e.Message.ReplaceLineEndings(" ")}) |");
            yield break;
        }

        try
        {
            var (there, here) = (Campaign(Path.Combine(gluster, "a")), Campaign(scratch.Folder));
            var (step, floor) = Cost.Compare(
                9,
                () => Shell.Time(there, "dotnet", "build", "-t:Step"),
                () => Shell.Time(here, "dotnet", "build", "-t:Step")
            );
            yield return Figure.Time(
                "no-op Step of a no-code project on GlusterFS, against the local disk",
                step,
                floor,
                false,
                "reported"
            );
            var (status, floorOfStatus) = Cost.Compare(
                9,
                () => Shell.Time(there, "dotnet", "build", "-t:Status"),
                () => Shell.Time(here, "dotnet", "build", "-t:Status")
            );
            yield return Figure.Time("Status on GlusterFS, against the local disk", status, floorOfStatus, false, "reported");
        }
        finally
        {
            Shell.Run(scratch.Folder, "timeout", "30", "sh", $"{scripts}/stop-gluster.sh", gluster);
        }
    }

    private static string Campaign(string below)
    {
        var folder = Directory.CreateDirectory(Path.Combine(below, "campaign")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "campaign.proj"),
            $"<Project><Import Project=\"{DotnetCommands.Root}/Directory.Build.targets\" /><ItemGroup>"
                + $"<CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup></Project>"
        );
        Shell.Run(folder, "dotnet", "build", "-t:Loop");
        return folder;
    }
}
