using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Copies the schema of <c>operators.yaml</c> to the place where an editor finds it. If the copy cannot be written, the build
/// continues with a message.</summary>
[MSBuildMultiThreadableTask]
public sealed class EditorSchema : Microsoft.Build.Utilities.Task
{
    /// <summary>Absolute path of the schema of the version in use.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>Absolute path of the copy for the editor.</summary>
    [Required]
    public string Target { get; set; } = "";

    /// <inheritdoc />
    public override bool Execute()
    {
        try
        {
            var schema = File.ReadAllBytes(Source);
            if (!File.Exists(Target) || !schema.AsSpan().SequenceEqual(File.ReadAllBytes(Target)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
                File.WriteAllBytes(Target, schema);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(
                MessageImportance.High,
                "{0}",
                UntrustedText.ToLine(
                    $"MatterStack: the schema for editors cannot be written to {Target}; the build continues without it: {e.Message}",
                    UntrustedText.MaxLineLength
                )
            );
        }

        return true;
    }
}
