using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Publishes the task assembly from source. Only one build at a time does so: two builds of a fresh clone must not write the same
/// files.</summary>
public class BuildTaskAssembly : Task, ICancelableTask
{
    private readonly ManualResetEventSlim _cancelled = new ManualResetEventSlim();

    [Required]
    public string Project { get; set; }

    [Required]
    public ITaskItem[] Sources { get; set; }

    [Required]
    public string OutputFolder { get; set; }

    [Required]
    public string ArtifactsFolder { get; set; }

    public void Cancel()
    {
        _cancelled.Set();
    }

    public override bool Execute()
    {
        Directory.CreateDirectory(ArtifactsFolder);
        using (var held = Acquire(Path.Combine(ArtifactsFolder, "lock")))
        {
            if (held == null)
            {
                return false;
            }

            // Another build may have published it while this one waited.
            var assembly = Path.Combine(OutputFolder, "MatterStack.Build.dll");
            var newest = Sources.Max(s => File.GetLastWriteTimeUtc(s.ItemSpec));
            return (File.Exists(assembly) && File.GetLastWriteTimeUtc(assembly) >= newest) || Publish(assembly);
        }
    }

    private FileStream Acquire(string path)
    {
        var told = false;
        while (!_cancelled.IsSet)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!told)
                {
                    Log.LogMessage(MessageImportance.High, "MatterStack: another build is building the task assembly; waiting for it");
                    told = true;
                }

                _cancelled.Wait(200);
            }
        }

        return null;
    }

    private bool Publish(string assembly)
    {
        var fresh = Path.Combine(ArtifactsFolder, "publish-" + Guid.NewGuid().ToString("N").Substring(0, 8));
        var properties = new Dictionary<string, string>
        {
            ["Configuration"] = "Release",
            ["UseArtifactsOutput"] = "true",
            ["ArtifactsPath"] = ArtifactsFolder,
            ["PublishDir"] = fresh + Path.DirectorySeparatorChar,
            // A user waits for this build, so it runs no analyzers. It writes the documentation file, which editors of campaigns in C#
            // show.
            ["RunAnalyzers"] = "false",
            ["EnforceCodeStyleInBuild"] = "false",
        };
        if (
            !Build("Restore", new Dictionary<string, string>(properties) { ["MSBuildRestoreSessionId"] = Guid.NewGuid().ToString() })
            || !Build("Publish", properties)
        )
        {
            return false;
        }

        // The old files are moved, not overwritten: another build may have them open.
        var old = Path.Combine(ArtifactsFolder, "old-" + Guid.NewGuid().ToString("N").Substring(0, 8));
        if (Directory.Exists(OutputFolder))
        {
            Directory.Move(OutputFolder, old);
        }

        File.SetLastWriteTimeUtc(Path.Combine(fresh, Path.GetFileName(assembly)), DateTime.UtcNow);
        Directory.Move(fresh, OutputFolder.TrimEnd('/', '\\'));
        if (Directory.Exists(old))
        {
            Directory.Delete(old, true);
        }

        return true;
    }

    // Global properties of the campaign's build must not reach this build.
    private bool Build(string target, Dictionary<string, string> properties)
    {
        var unwanted = ((IBuildEngine6)BuildEngine).GetGlobalProperties().Keys.Where(k => !properties.ContainsKey(k)).ToList();
        var result = ((IBuildEngine3)BuildEngine).BuildProjectFilesInParallel(
            new[] { Project },
            new[] { target },
            new IDictionary[] { properties },
            new IList<string>[] { unwanted },
            new string[] { null },
            false
        );
        return result.Result;
    }
}
