using System.Globalization;
using Common;

namespace MdRestart;

/// <summary>What a <c>run</c> task computed: the start, the last step and the digest of the state there.</summary>
internal sealed record RunResult(TrajectoryStart Start, int Steps, ulong State)
{
    public void Write() => JsonFile.Write(Results.FileName, json =>
        {
            json.WriteString("element", Start.Element);
            json.WriteNumber("cells", Start.Cells);
            json.WriteNumber("temperature_k", Start.Temperature);
            json.WriteNumber("step_fs", Start.TimeStep);
            json.WriteNumber("seed", Start.Seed);
            json.WriteNumber("steps", Steps);
            json.WriteString("state", State.ToString("x16", CultureInfo.InvariantCulture));
        });

    public static RunResult Read(string path) =>
        JsonFile.Read(path, root => new RunResult(
            new TrajectoryStart(
                JsonFile.Text(root, "element", path),
                (int)JsonFile.Positive(root, "cells", path),
                JsonFile.Positive(root, "temperature_k", path),
                JsonFile.Positive(root, "step_fs", path),
                (int)JsonFile.Number(root, "seed", path)
            ),
            (int)JsonFile.Positive(root, "steps", path),
            ulong.TryParse(JsonFile.Text(root, "state", path), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var state)
                ? state
                : throw UserError.Invalid($"{path}: 'state' must be a hexadecimal number")
        ));
}
