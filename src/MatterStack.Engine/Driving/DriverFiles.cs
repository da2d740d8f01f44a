using System.Globalization;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Driving;

/// <summary>Small files of a driver in the folder <c>driver</c> of its run. A tick without changes writes here, and not into the
/// store.</summary>
/// <param name="run">The run.</param>
/// <param name="disk">Disk of the run.</param>
internal sealed class DriverFiles(RunFolder run, IDisk disk)
{
    /// <summary>Name of the folder.</summary>
    public const string FolderName = "driver";

    private string Folder => Path.Combine(run.Path, FolderName);

    /// <summary>Output of ticks, of bounded size.</summary>
    public string LogFile => Path.Combine(Folder, "driver.log");

    private string CurrentFile => Path.Combine(Folder, "current");

    private string TickFile => Path.Combine(Folder, "tick.json");

    private string NextFile => Path.Combine(Folder, "next");

    private string FollowFile => Path.Combine(Folder, "follow");

    /// <summary>Identity of the run's driver; null if it has none.</summary>
    public string? ReadCurrent() => ReadText(CurrentFile)?.Trim();

    /// <summary>Names the run's driver. A driver with another identity removes itself at its next call.</summary>
    public void WriteCurrent(string identity)
    {
        disk.CreateDirectory(Folder);
        disk.WriteAtomically(CurrentFile, Encoding.UTF8.GetBytes(identity + "\n"));
        // The first call must not wait for the time that an earlier driver has left.
        DeleteFile(NextFile);
        DeleteFile(FollowFile);
    }

    /// <summary>Removes the name of the driver: every driver of the run removes itself at its next call.</summary>
    public void DeleteCurrent() => DeleteFile(CurrentFile);

    /// <summary>Reads the last tick. Returns null if there was none, or if the file cannot be read.</summary>
    public DriverTick? ReadTick()
    {
        try
        {
            if (!disk.FileExists(TickFile))
            {
                return null;
            }

            using var json = JsonDocument.Parse(disk.ReadAllBytes(TickFile));
            var root = json.RootElement;
            return new DriverTick(
                Timestamps.Parse(root.FindText("at_utc")!),
                root.FindText("next_at_utc") is { } next ? Timestamps.Parse(next) : null,
                root.FindText("result") ?? "",
                root.FindText("driver") ?? ""
            )
            {
                Awaited = root.FindText("awaited"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or IOException)
        {
            return null;
        }
    }

    /// <summary>Records a tick, and for what the next one waits.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="notBefore">Calls before this time are skipped, unless the store changes.</param>
    public void WriteTick(DriverTick tick, DateTimeOffset notBefore)
    {
        disk.CreateDirectory(Folder);
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteString("at_utc", tick.At.ToText());
            json.WriteOptional("next_at_utc", tick.NextAt?.ToText());
            json.WriteString("result", tick.Result);
            json.WriteString("driver", tick.Driver);
            json.WriteOptional("awaited", tick.Awaited);
            json.WriteEndObject();
        }

        disk.WriteAtomically(TickFile, content.ToArray());
        disk.WriteAtomically(FollowFile, Encoding.ASCII.GetBytes(tick.Awaited is { } jobs ? jobs + "\n" : ""));
        // Last: it must not be older than the store.
        disk.WriteAtomically(
            NextFile,
            Encoding.ASCII.GetBytes(notBefore.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "\n")
        );
    }

    private string? ReadText(string file)
    {
        try
        {
            return disk.FileExists(file) ? Encoding.UTF8.GetString(disk.ReadAllBytes(file)) : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    private void DeleteFile(string file)
    {
        if (disk.FileExists(file))
        {
            disk.DeleteFile(file);
        }
    }
}
