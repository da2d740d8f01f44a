using System.Globalization;
using System.Text.Json;
using LennardJones;

// A task runs: {campaign} energy DISTANCE. It writes results.json into the task's folder; that file becomes the task's result.
if (args is ["energy", var text] && double.TryParse(text, CultureInfo.InvariantCulture, out var distance) && distance > 0)
{
    File.WriteAllText("results.json", JsonSerializer.Serialize(new { distance, energy = Crystal.Energy(distance) }));
    return 0;
}

Console.Error.WriteLine("usage: energy DISTANCE");
return 2;
