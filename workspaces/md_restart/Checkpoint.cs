using System.Security.Cryptography;
using System.Text;
using Common;

namespace MdRestart;

/// <summary>
/// All that a trajectory needs to go on: its start, places, velocities, the rows so far and the sum for the next one. The file ends with
/// the SHA-256 of what stands before, so that half a file, or one with another bit, is not taken for a whole one.
/// </summary>
internal sealed record Checkpoint(
    TrajectoryStart Start,
    int Step,
    double[] Positions,
    double[] Velocities,
    (double Sum, int Count) KineticSinceRow,
    IReadOnlyList<Sample> Samples
)
{
    public const string FileName = "checkpoint.bin";

    private const string Magic = "MDRESTART1";

    public static Checkpoint Of(TrajectoryStart start, Dynamics dynamics, IReadOnlyList<Sample> samples) =>
        new(start, dynamics.Step, dynamics.Positions.ToArray(), dynamics.Velocities.ToArray(), dynamics.KineticSinceRow, [.. samples]);

    /// <summary>Writes the file beside its place and moves it there when the disk has it: at its place lies a whole file or none.</summary>
    public void Write(string path)
    {
        try
        {
            var temporary = path + ".tmp";
            using (var file = new FileStream(temporary, FileMode.Create))
            {
                file.Write(ToBytes());
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"{path} cannot be written: {error.Message}");
        }
    }

    /// <exception cref="UserError">There is no such file, or it is no whole checkpoint.</exception>
    public static Checkpoint Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.NoInput($"{path} cannot be read: {error.Message}");
        }
        return Parse(bytes)
            ?? throw UserError.Invalid($"{path} is no whole checkpoint: its {bytes.Length} bytes do not have the hash at their end");
    }

    /// <summary>Null if the bytes are not those of a whole checkpoint.</summary>
    public static Checkpoint? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SHA256.HashSizeInBytes)
            return null;
        var content = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]))
            return null;

        using var reader = new BinaryReader(new MemoryStream(content.ToArray()), Encoding.UTF8);
        if (reader.ReadString() != Magic)
            return null;
        var start = new TrajectoryStart(
            reader.ReadString(),
            reader.ReadInt32(),
            reader.ReadDouble(),
            reader.ReadDouble(),
            reader.ReadInt32()
        );
        return new Checkpoint(
            start,
            reader.ReadInt32(),
            Numbers(reader),
            Numbers(reader),
            (reader.ReadDouble(), reader.ReadInt32()),
            Rows(reader)
        );
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Start.Element);
            writer.Write(Start.Cells);
            writer.Write(Start.Temperature);
            writer.Write(Start.TimeStep);
            writer.Write(Start.Seed);
            writer.Write(Step);
            foreach (var numbers in new[] { Positions, Velocities })
            {
                writer.Write(numbers.Length);
                foreach (var number in numbers)
                    writer.Write(number);
            }
            writer.Write(KineticSinceRow.Sum);
            writer.Write(KineticSinceRow.Count);
            writer.Write(Samples.Count);
            foreach (var sample in Samples)
            {
                writer.Write(sample.Step);
                writer.Write(sample.Potential);
                writer.Write(sample.Kinetic);
                writer.Write(sample.MeanKinetic);
                writer.Write(sample.State);
            }
        }
        var content = stream.ToArray();
        return [.. content, .. SHA256.HashData(content)];
    }

    private static double[] Numbers(BinaryReader reader)
    {
        var numbers = new double[reader.ReadInt32()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = reader.ReadDouble();
        return numbers;
    }

    private static List<Sample> Rows(BinaryReader reader)
    {
        var rows = new List<Sample>();
        for (var count = reader.ReadInt32(); count > 0; count--)
            rows.Add(new Sample(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadUInt64()));
        return rows;
    }
}
